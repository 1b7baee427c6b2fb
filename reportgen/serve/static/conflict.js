// The file was changed elsewhere while something typed here was not saved: both are shown, one chooses.
import {button, byId, lost, make} from "./dom.js";

const shown = (value) => (value === undefined || value === null ? "" : Array.isArray(value) ? value.join("\n") : typeof value === "object" ? value.number + (value.remark ? `（${value.remark}）` : "") : String(value));

function onDisk(now, one) {
  if (one.kind === "cells") return {number: now.cells[one.key] ? now.cells[one.key].raw : "", remark: (now.cells[one.key] || {}).remark || ""};
  if (one.kind === "prose") return (now.prose[one.key] || {lines: []}).lines;
  return now.fields[one.key] || "";
}

function label(desk, one) {
  if (one.kind === "cells") return (desk.layout.cell_names[one.key] || {label: one.key}).label;
  if (one.kind === "fields") return desk.fields.names[one.key] || one.key;
  const section = desk.layout.sections.find((other) => other.passages.some((passage) => passage.id === one.key));
  return section ? section.heading : one.key;
}

export function conflict(desk, found, mine) {
  const box = byId("conflict");
  const had = box.contains(document.activeElement) ? byId("main") : document.activeElement;
  const rows = mine.map((one) => {
    const disk = onDisk(found.now, one);
    const keep = make("input", {type: "checkbox", checked: true, "aria-label": `保留我对${label(desk, one)}的改动`});
    return {one, disk, keep, row: make("tr", {}, make("th", {scope: "row"}, label(desk, one)), make("td", {}, shown(one.value)), make("td", {}, shown(disk)), make("td", {}, keep))};
  });
  const done = (kept) => {
    box.hidden = true;
    desk.saving.settle(rows.filter((row) => !kept.includes(row)).map(({one}) => one), kept.map(({one, disk}) => ({...one, old: disk})));
    desk.renewed({...found.now, layout: found.layout});
    if (lost()) (had.isConnected && had !== document.body ? had : byId("main")).focus();
  };
  const head = make("h2", {}, "这份文件在别处改过了");
  const choice = mine.length ? [make("p", {}, "没有覆盖任何内容。请选择要保留哪些改动："),
    make("table", {class: "list"}, make("thead", {}, make("tr", {}, ...["项目", "这里的", "文件里的", "用这里的"].map((text) => make("th", {scope: "col"}, text)))), make("tbody", {}, ...rows.map((one) => one.row))),
    make("div", {class: "tools"}, button("保留选中的改动", () => done(rows.filter((one) => one.keep.checked)), "main"), button("全部用文件里的", () => done([])))]
    : [make("p", {}, "刚才要做的没有做，这里已换成文件里新的内容。请看过以后再做一次。"), button("知道了", () => done([]), "main")];
  box.replaceChildren(head, ...choice);
  box.hidden = false;
  box.querySelector("button").focus();
}
