// A statutory table as it prints, with a field in every cell.
import {button, make, redraw} from "./dom.js";
import {broken, figure, halfWidth, totals} from "./sums.js";

const AMOUNT = /^[+-]?[\d,.]+[万亿]?元$/;
// A value that is no figure for its cell.
const UNREAD = "DR01";
const NOTHING = /^[-－—–/／无]+$/;

export class Table {
  constructor(desk, section) {
    Object.assign(this, {desk, section, inputs: {}, rows: [], at: ""});
    this.equations = desk.layout.equations.filter((one) => one.left[0][0].startsWith(`${section.id}.`));
    this.element = make("div", {class: `statutory ${section.size}`},
      make("div", {class: "head"}, this.tools(), this.gaps = make("ul", {class: this.equations.length ? "gaps" : "gaps few", "aria-live": "polite", hidden: !this.equations.length})), this.grid());
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("paste", (event) => this.paste(event));
  }

  tools() {
    this.where = make("output", {class: "where"}, "");
    this.remark = make("input", {type: "text", "aria-label": `${this.section.short}这一格的备注`, maxlength: "500", disabled: true,
      oninput: () => this.typed(this.at, this.inputs[this.at].value, this.remark.value)});
    this.fills = {row: () => this.alike((path) => this.specs[path].row === this.specs[this.at].row),
      column: () => this.alike((path) => this.specs[path].column === this.specs[this.at].column && this.specs[path].block === this.specs[this.at].block),
      table: () => Object.keys(this.inputs)};
    const zero = (text, kind, keys) => {
      const made = button(text, () => this.fill(kind), "small");
      made.title = keys ? `${text}（${keys}）` : text;
      made.disabled = kind !== "table";
      return made;
    };
    this.ofCell = [zero("本行没填的填 0", "row", "Ctrl+Enter"), zero("本列没填的填 0", "column", "Ctrl+Shift+Enter")];
    return make("div", {class: "tools", role: "group", "aria-label": `${this.section.short}工具`}, this.where,
      make("label", {class: "remark"}, "备注 ", this.remark),
      ...this.ofCell, zero("全表没填的填 0", "table", ""));
  }

  alike(fits) {
    return this.at ? Object.keys(this.inputs).filter(fits) : [];
  }

  grid() {
    this.specs = {};
    let block = 0;
    const body = this.section.rows.map((row, number) => {
      const line = [];
      if (row.some((cell) => cell.kind === "block")) block = number;
      const cells = row.map((cell) => {
        const spans = {colspan: cell.colspan > 1 && String(cell.colspan), rowspan: cell.rowspan > 1 && String(cell.rowspan)};
        if (cell.kind !== "value") {
          const kind = cell.kind === "row" ? (cell.colspan === 1 && cell.rowspan > 1 ? "row group" : "row") : cell.kind;
          return make(cell.kind === "corner" ? "td" : "th", {...spans, id: cell.id, headers: cell.headers || undefined, class: cell.vertical ? "row vertical" : kind}, cell.text);
        }
        this.specs[cell.path] = {row: cell.row, column: cell.column, block};
        const input = this.input(cell.path);
        line.push({input, path: cell.path, column: cell.column});
        return make("td", {...spans, headers: cell.headers, class: "value"}, input, make("span", {class: "past"}), make("span", {class: "note"}));
      });
      this.rows.push(line);
      return make("tr", {}, ...cells);
    });
    this.rows = this.rows.filter((line) => line.length);
    const sum = this.section.widths.reduce((one, other) => one + other, 0);
    const columns = this.section.widths.map((width) => {
      const column = make("col");
      column.style.width = `${(width / sum) * 100}%`;
      return column;
    });
    return make("div", {class: "wide"}, make("table", {"aria-label": this.section.caption},
      make("colgroup", {}, ...columns), make("tbody", {}, ...body)));
  }

  input(path) {
    const input = make("input", {type: "text", inputmode: "numeric", autocomplete: "off", maxlength: "60", "aria-label": this.desk.layout.cell_names[path].label});
    input.dataset.cell = path;
    input.addEventListener("input", () => this.typed(path, input.value));
    input.addEventListener("focus", () => this.enter(path));
    // As in a spreadsheet: what is typed first takes the place of what is there.
    input.addEventListener("mousedown", (event) => {
      if (document.activeElement === input) return;
      event.preventDefault();
      input.focus();
      input.select();
    });
    this.inputs[path] = input;
    return input;
  }

  enter(path) {
    this.at = path;
    const cell = this.desk.state.cells[path];
    const past = this.desk.state.previous[path];
    this.where.textContent = this.desk.layout.cell_names[path].label + (past ? `　上年 ${past.text}${past.change ? `（${past.change}）` : ""}` : "");
    this.where.title = this.where.textContent;
    for (const one of [this.remark, ...this.ofCell]) one.disabled = false;
    this.remark.value = this.value(path).remark;
    this.desk.cellEntered(path, cell);
  }

  // What a cell has: what waits to be saved, or else what the file has.
  value(path) {
    const cell = this.desk.state.cells[path];
    return this.desk.saving.pending("cells", path) || {number: cell.raw, remark: cell.remark || ""};
  }

  filled(path) {
    return this.value(path).number !== "" || this.inputs[path].placeholder !== "";
  }

  typed(path, number, remark = this.value(path).remark) {
    this.note = null;
    this.desk.saving.put([this.change(path, number, remark)]);
    this.sum();
  }

  change(path, number, remark = this.value(path).remark) {
    return {kind: "cells", key: path, old: this.value(path), value: {number: number.trim(), remark}};
  }

  fill(kind) {
    const empty = this.fills[kind]().filter((path) => !this.filled(path) && !this.desk.totals.has(path));
    this.set(empty.map((path) => [path, "0"]));
  }

  set(pairs) {
    this.note = null;
    this.desk.saving.put(pairs.map(([path, number]) => this.change(path, number)));
    for (const [path, number] of pairs) this.inputs[path].value = number;
    this.sum();
  }

  key(event) {
    const input = event.target;
    if (!input.dataset || !input.dataset.cell || event.isComposing || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      event.preventDefault();
      this.fill(event.shiftKey ? "column" : "row");
    }
    if (event.ctrlKey || event.metaKey) return;
    const all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const steps = {Enter: [event.shiftKey ? -1 : 1, 0], ArrowDown: [1, 0], ArrowUp: [-1, 0]};
    if (event.key === "ArrowLeft" && (all || input.selectionEnd === 0)) steps.ArrowLeft = [0, -1];
    if (event.key === "ArrowRight" && (all || input.selectionStart === input.value.length)) steps.ArrowRight = [0, 1];
    const step = steps[event.key];
    const next = step && this.next(input.dataset.cell, step);
    if (next) {
      event.preventDefault();
      next.focus();
      next.select();
    }
  }

  next(path, [down, right]) {
    const row = this.rows.findIndex((line) => line.some((cell) => cell.path === path));
    const place = this.rows[row].findIndex((cell) => cell.path === path);
    if (right) return (this.rows[row][place + right] || {}).input;
    const line = this.rows[row + down];
    if (!line) return null;
    const {column} = this.rows[row][place];
    return line.reduce((best, cell) => (Math.abs(cell.column - column) < Math.abs(best.column - column) ? cell : best)).input;
  }

  // A block of a spreadsheet: rows by line ends, columns by tabs.
  paste(event) {
    const path = event.target.dataset && event.target.dataset.cell;
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (!path || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const start = this.rows.findIndex((line) => line.some((cell) => cell.path === path));
    const left = this.rows[start].findIndex((cell) => cell.path === path);
    const pairs = [];
    const nothing = [];
    const words = [];
    let outside = 0;
    text.split("\n").forEach((line, down) => line.split("\t").forEach((typed, right) => {
      const cell = (this.rows[start + down] || [])[left + right];
      const plain = halfWidth(typed.replace(/[\s\u3000]/g, ""));
      const dash = NOTHING.test(plain);
      if (plain && !dash && figure(plain) === null && !AMOUNT.test(plain)) words.push(`第 ${down + 1} 行第 ${right + 1} 列“${typed.trim().slice(0, 20)}”`);
      if (!cell) outside += plain ? 1 : 0;
      else if (dash) nothing.push(cell.path);
      else pairs.push([cell.path, plain.replace(/,/g, "")]);
    }));
    if (words.length) {
      this.note = make("li", {}, `没有粘贴：${words.slice(0, 3).join("、")}${words.length > 3 ? `等 ${words.length} 格` : ""}不是数。请只选有数的格再复制。`);
      this.sum();
      return;
    }
    // A dash says that there is nothing to say; whether that is 0, the clerk knows.
    this.set([...pairs, ...nothing.map((cell) => [cell, ""])]);
    this.pasted(pairs.length, nothing, outside);
  }

  pasted(count, nothing, outside) {
    const said = make("li", {class: "said"}, `粘贴了 ${count} 格。`);
    if (outside) said.append(`有 ${outside} 个数落在表外，没有粘贴。`);
    if (nothing.length) said.append(`有 ${nothing.length} 格是“-”，先留空。`, button("没有发生，填 0", () => this.set(nothing.map((cell) => [cell, "0"])), "small"));
    this.note = said;
    this.sum();
  }

  renew() {
    for (const [path, input] of Object.entries(this.inputs)) {
      const {number, remark} = this.value(path);
      if (input.value.trim() !== number && !(document.activeElement === input && this.desk.saving.pending("cells", path))) input.value = number;
      const past = this.desk.state.previous[path];
      input.parentElement.children[1].textContent = this.desk.showPast && past ? past.text + (past.change && past.change !== "持平" ? ` ${past.change}` : "") : "";
      input.parentElement.children[2].textContent = remark ? `（${remark}）` : "";
    }
    if (this.at && document.activeElement !== this.remark) this.remark.value = this.value(this.at).remark;
    this.sum();
  }

  sum() {
    const values = {};
    const given = {};
    for (const path of Object.keys(this.inputs)) {
      const typed = this.value(path).number;
      const cell = this.desk.state.cells[path];
      given[path] = typed !== "";
      values[path] = typed !== "" ? figure(typed) : null;
      // 空白: 0 of the file, which is no total.
      if (!given[path] && cell.computed && !this.desk.totals.has(path)) values[path] = figure(cell.shown);
    }
    totals(this.equations, values, given);
    const wrong = broken(this.equations, values);
    const marked = new Map(wrong.map((one) => [one.left[0][0], one]));
    const unread = this.unread(given);
    const touched = new Set(wrong.reduce((all, one) => all.concat(...one.left, ...one.right), []));
    for (const [path, input] of Object.entries(this.inputs)) {
      input.placeholder = given[path] || values[path] === null ? "" : String(values[path]);
      input.parentElement.classList.toggle("off", touched.has(path));
      input.parentElement.classList.toggle("gap", marked.has(path));
      input.setAttribute("aria-invalid", touched.has(path) || unread.has(path) ? "true" : "false");
      input.parentElement.classList.toggle("unread", unread.has(path));
    }
    const told = [...unread].filter(([, finding]) => finding).map(([path, finding]) => make("li", {}, button("去看", () => this.desk.goCell(path), "link"), ` ${finding.message}。`));
    const sound = wrong.length || unread.size || !Object.values(given).some(Boolean) ? [] : [make("li", {class: "good"}, "填了的数，勾稽关系都相符。")];
    const said = [...(this.note ? [this.note] : []), ...told, ...(this.equations.length ? sound : []), ...wrong.map((one) => this.gap(one))];
    this.gaps.hidden = !said.length && !this.equations.length;
    redraw(this.gaps, said, this.inputs[this.at]);
  }

  // The cells of which the file says, or which show while one types, that what is in them is no figure for there, and what was found.
  unread(given) {
    const found = new Map();
    for (const path of Object.keys(this.inputs).filter((one) => given[one])) {
      const typed = this.value(path).number;
      const finding = typed === this.desk.state.cells[path].raw && this.desk.state.findings.find((one) => one.code === UNREAD && one.cells[0] === path);
      if (finding || (figure(typed) === null && !/[元]/.test(typed))) found.set(path, finding);
    }
    return found;
  }

  gap(one) {
    const finding = this.desk.state.findings.find((other) => other.code === one.code && other.cells[0] === one.left[0][0]);
    const said = one.total ? `合计填的是 ${one.left_sum}，各项之和是 ${one.right_sum}` : `两边应当相等，一边是 ${one.left_sum}，另一边是 ${one.right_sum}`;
    const line = make("li", {}, button(one.subject, () => this.desk.goCell(one.left[0][0]), "link"), `：${said}，差 ${Math.abs(one.difference)}。`);
    if (finding && finding.proposed && !this.desk.saving.busy()) {
      line.append(button(`把${this.desk.layout.cell_names[finding.likely].label}改为 ${finding.proposed}`, () => this.set([[finding.likely, finding.proposed]]), "small fix"));
    }
    return line;
  }
}
