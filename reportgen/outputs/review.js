"use strict";
// Let the heads of the table sort its rows: numbers by size, texts as Chinese is sorted, blanks last.
const {compare} = new Intl.Collator("zh");
for (const table of document.querySelectorAll("table.all")) {
  const heads = [...table.tHead.rows[0].cells];
  const key = (row, at) => row.cells[at].dataset.key ?? row.cells[at].textContent.trim();
  const order = (a, b) => isNaN(a) || isNaN(b) ? compare(a, b) : a - b;
  heads.forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.title = "按这一列排序";
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") !== "descending";
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows].map((row) => [key(row, at), row]);
      rows.sort(([a], [b]) => (a === "") - (b === "") || (down ? order(b, a) : order(a, b)));
      table.tBodies[0].append(...rows.map(([, row]) => row));
    });
  });
}
