// A piece of prose: typed as it stands in the file, with what was found marked behind the text.
import {ask, button, make} from "./dom.js";

const lines = (text) => text.split("\n").map((line) => line.replace(/^[ \t\r\u3000]+|[ \t\r\u3000]+$/g, "")).filter((line) => line);

export class Prose {
  constructor(desk, passage, heading) {
    Object.assign(this, {desk, id: passage.id});
    const label = passage.name ? `${heading}${passage.name}` : heading;
    this.area = make("textarea", {"aria-label": label, rows: "3", spellcheck: "false", maxlength: "190000"});
    this.area.dataset.passage = passage.id;
    this.area.addEventListener("input", () => this.typed());
    this.back = make("div", {class: "back", "aria-hidden": "true"});
    this.foot = make("div", {class: "foot"});
    this.count = make("span", {class: "count"});
    this.values = make("ul", {class: "values"});
    this.found = make("ul", {class: "found"});
    this.aspects = make("p", {class: "aspects"});
    this.element = make("div", {class: "prose"}, passage.name ? make("h3", {}, passage.name) : "", this.aspects,
      make("div", {class: "page"}, this.back, this.area), this.tools(label), this.values, this.found);
  }

  tools(label) {
    this.pick = make("input", {type: "text", list: "cell-names", "aria-label": `${label}：要插入的格`, placeholder: "表中的数，如 申请办理.本年新收.总计"});
    return make("div", {class: "tools"}, this.pick, button("插入表中的数", () => this.insert(), "small"), this.count,
      make("span", {class: "hint"}, "每行一段；小标题用（一）、1.、（1）开头"));
  }

  insert() {
    const name = this.pick.value.trim();
    const known = Object.values(this.desk.layout.cell_names).some((cell) => cell.name === name);
    this.pick.setCustomValidity(known ? "" : "请从列表里选一格");
    if (!this.pick.reportValidity()) return;
    const {selectionStart: start, selectionEnd: end, value} = this.area;
    const text = `{{ ${name} }}`;
    this.area.value = value.slice(0, start) + text + value.slice(end);
    this.area.focus();
    this.area.setSelectionRange(start + text.length, start + text.length);
    this.typed();
  }

  saved() {
    return this.desk.saving.pending("prose", this.id) || (this.desk.state.prose[this.id] || {lines: []}).lines;
  }

  typed() {
    this.desk.saving.put([{kind: "prose", key: this.id, old: this.saved(), value: lines(this.area.value)}]);
    this.draw();
  }

  set(text) {
    this.desk.saving.put([{kind: "prose", key: this.id, old: this.saved(), value: text}]);
    this.area.value = text.join("\n");
    this.draw();
  }

  renew() {
    const now = this.saved();
    if (JSON.stringify(lines(this.area.value)) !== JSON.stringify(now)) this.area.value = now.join("\n");
    this.draw();
  }

  draw() {
    const state = this.desk.state.prose[this.id] || {lines: [], paragraphs: []};
    const typed = this.area.value.split("\n");
    const current = JSON.stringify(lines(this.area.value)) === JSON.stringify(state.lines);
    this.back.replaceChildren(...this.marked(typed, current ? state.paragraphs : []));
    const length = state.paragraphs.reduce((sum, one) => sum + [...one.text].length, 0);
    this.count.textContent = length ? `${length} 字` : "";
    this.drawValues(state);
    this.drawFound();
    if (this.id === this.desk.layout.overview) this.drawAspects();
  }

  marked(typed, paragraphs) {
    const nodes = [];
    let number = 0;
    for (const line of typed) {
      const start = line.length - line.trimStart().length;
      const paragraph = line.trim() ? paragraphs[number++] : null;
      let at = 0;
      for (const mark of ((paragraph && paragraph.marks) || []).slice().sort((one, other) => one.start - other.start)) {
        if (mark.start + start < at || mark.end <= mark.start) continue;
        nodes.push(line.slice(at, mark.start + start));
        const finding = this.desk.state.findings[mark.finding];
        nodes.push(make("mark", {class: finding ? finding.severity : ""}, line.slice(mark.start + start, mark.end + start)));
        at = mark.end + start;
      }
      nodes.push(line.slice(at), "\n");
    }
    return nodes;
  }

  drawValues(state) {
    const items = state.paragraphs.reduce((all, one) => all.concat(one.values), []);
    this.values.replaceChildren(...items.map((one) => make("li", {class: one.failed ? "failed" : ""},
      make("code", {}, one.expression), " 印为 ", make("b", {}, one.value),
      one.cells.filter((cell) => this.desk.layout.cell_names[cell]).length ? button("看这一格", () => this.desk.goCell(one.cells.find((cell) => this.desk.layout.cell_names[cell])), "link") : "")));
    this.values.hidden = !items.length;
  }

  drawFound() {
    const numbers = new Set();
    for (const one of (this.desk.state.prose[this.id] || {paragraphs: []}).paragraphs) one.marks.forEach((mark) => numbers.add(mark.finding));
    this.found.replaceChildren(...[...numbers].map((number) => this.desk.state.findings[number]).filter(Boolean).map((one) => this.desk.findings.item(one, this)));
    this.found.hidden = !numbers.size;
  }

  drawAspects() {
    const {aspects} = this.desk.layout;
    this.aspects.replaceChildren("要写到的五个方面：", ...aspects.map((name, index) => make("span", {class: this.desk.state.covered[index] ? "aspect done" : "aspect"},
      `${this.desk.state.covered[index] ? "✓" : "○"} ${name}`)));
  }

  async mend() {
    try {
      await this.desk.settled();
      const before = this.saved();
      this.desk.renewed(await ask("/api/mend", {file: this.desk.file, version: this.desk.state.version, passage: this.id}));
      this.desk.saving.remember([{kind: "prose", key: this.id, old: before, value: this.saved()}]);
    } catch (error) {
      this.desk.refused(error);
    }
  }
}
