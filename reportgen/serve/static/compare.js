// This year beside the last.
import {ask, button, make, redraw} from "./dom.js";

// Where it is shown and is of another version than the file.
export async function compare(desk, pane) {
  const {version} = desk.state;
  if (pane.hidden || pane.dataset.version === version) return;
  pane.dataset.version = version;
  if (!pane.childElementCount) pane.replaceChildren(make("p", {role: "status"}, "正在对比……"));
  const drawn = await ask(`/api/compare?file=${encodeURIComponent(desk.file)}`)
    .then((found) => [make("h2", {}, found.title), ties(desk, found), ...found.tables.map((table) => tableOf(desk, table, found.years)), ...found.passages.map(passage)])
    .catch((error) => [make("p", {class: "told"}, error.message)]);
  if (pane.dataset.version === version) redraw(pane, drawn);
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
