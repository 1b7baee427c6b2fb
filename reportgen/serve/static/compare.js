// This year beside the last.
import {ask, button, make} from "./dom.js";

// Which comparison was asked for last: an earlier one may come later.
let asked = 0;

export async function compare(desk, pane) {
  asked += 1;
  const mine = asked;
  pane.replaceChildren(make("p", {role: "status"}, "正在对比……"));
  try {
    const found = await ask(`/api/compare?file=${encodeURIComponent(desk.file)}`);
    if (mine !== asked) return;
    pane.replaceChildren(make("h2", {}, found.title), ties(desk, found), ...found.tables.map((table) => tableOf(desk, table, found.years)), ...found.passages.map(passage));
  } catch (error) {
    if (mine === asked) pane.replaceChildren(make("p", {class: "told"}, error.message));
  }
}

// A name that leads to its cell, where the form has that.
const leading = (desk, path, text) => (desk.layout.cell_names[path] ? button(text, () => desk.goCell(path), "link") : text);

function ties(desk, found) {
  const wrong = found.ties.filter((tie) => !tie.agrees);
  return make("ul", {class: "found"}, ...wrong.map((tie) => make("li", {class: "error"}, `${tie.title}，`, leading(desk, tie.cell, tie.label), `：按上年应为 ${tie.expected || "空"}，填的是 ${tie.given || "空"}`)));
}

function tableOf(desk, table, years) {
  const lines = table.rows.reduce((all, row) => all.concat(row.lines.map((line) => [`${row.label}${row.label ? "，" : ""}${line.column}`, line])), []);
  if (!lines.length) return make("p", {}, `${table.heading}：没有变化`);
  const figures = [...years.map((year) => `${year}年`), "增减", "增幅"];
  const cell = (text) => make("td", {class: "number"}, text);
  // The name has a line of its own: beside four figures there is no room for it.
  const body = lines.map(([name, line]) => make("tbody", {}, make("tr", {class: "name"}, make("th", {scope: "rowgroup", colspan: String(figures.length)}, leading(desk, line.cell, name))),
    make("tr", {}, ...[...line.texts, line.change, line.growth].map(cell))));
  return make("section", {}, make("h3", {}, table.heading), make("table", {class: "list"},
    make("thead", {}, make("tr", {}, ...figures.map((text) => make("th", {scope: "col", class: "number"}, text)))), ...body));
}

function passage(one) {
  const tags = {gone: "del", new: "ins", same: "span"};
  return make("section", {}, make("h3", {}, `${one.heading}（相似 ${one.similarity}）`),
    ...one.paragraphs.map((paragraph) => make("p", {class: "compared"}, ...paragraph.map((piece) => make(tags[piece.kind] || "span", {}, piece.text)))));
}
