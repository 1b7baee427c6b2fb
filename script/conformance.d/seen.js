// Tells, for each change on the page of a data file, what it shows and whether it says that this is saved.
(() => {
  let last = {};
  let before = null;
  const shown = () => {
    const now = {};
    for (const one of document.querySelectorAll("[data-cell]")) {
      now[`cell ${one.dataset.cell}`] = one.value.trim();
      now[`remark ${one.dataset.cell}`] = one.parentElement.children[2].textContent.replace(/^（|）$/g, "");
    }
    for (const one of document.querySelectorAll("[data-passage]")) {
      now[`prose ${one.dataset.passage}`] = one.value.split("\n").map((line) => line.trim()).filter((line) => line).join("\n");
    }
    for (const one of document.querySelectorAll("#section-fields label")) now[`field ${one.firstChild.textContent}`] = one.querySelector("input, select").value;
    now.accepted = [...document.querySelectorAll("#pane-findings li.accepted > p.hint")].map((one) => one.textContent).join("\n");
    now.made = [...document.querySelectorAll("#pane-out .told li a")].map((one) => one.textContent).join("\n");
    return now;
  };
  const look = () => {
    const said = document.getElementById("saved");
    if (!said || !document.querySelector(".statutory")) return;
    const saved = !/^(正在|没有)/.test(said.textContent);
    const now = shown();
    const changed = Object.fromEntries(Object.entries(now).filter(([key, value]) => last[key] !== value));
    if (saved === before && !Object.keys(changed).length) return;
    [last, before] = [now, saved];
    console.log(`seen ${JSON.stringify([saved, changed])}`);
  };
  new MutationObserver(look).observe(document, {subtree: true, childList: true, characterData: true});
})();
