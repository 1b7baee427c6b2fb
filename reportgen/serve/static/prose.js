// A piece of prose: typed as it stands in the file, with what was found marked behind the text.
import {button, make, redraw} from "./dom.js";

// As the program strips a line.
const BLANK_AHEAD = /^[ \t\r\u3000]*/;
const DIGITS = "〇一二三四五六七八九";
// The levels of numbering inside a section (GB/T 9704-2012, 7.3.3), with what stands for a number.
const LEVELS = [
  {opens: /^（[〇一二三四五六七八九十]+）/, first: "（一）", write: (number) => `（${numeral(number)}）`},
  {opens: /^\d+[.．]/, first: "1.", write: (number) => `${number}.`},
  {opens: /^（\d+）/, first: "（1）", write: (number) => `（${number}）`}];

function numeral(number) {
  const tens = Math.floor(number / 10);
  return `${tens ? `${tens > 1 ? DIGITS[tens] : ""}十` : ""}${number % 10 || !tens ? DIGITS[number % 10] : ""}`;
}

const lines = (text) => text.split("\n").map((line) => line.replace(/^[ \t\r\u3000]+|[ \t\r\u3000]+$/g, "")).filter((line) => line);

export class Prose {
  constructor(desk, passage, heading) {
    Object.assign(this, {desk, id: passage.id, mending: false});
    const label = passage.name ? `${heading}${passage.name}` : heading;
    this.area = make("textarea", {"aria-label": label, rows: "3", spellcheck: "false", maxlength: "190000"});
    this.area.dataset.passage = passage.id;
    this.area.addEventListener("input", () => this.typed());
    for (const kind of ["click", "keyup"]) this.area.addEventListener(kind, () => this.desk.pages.enterProse(this.id, this.paragraph()));
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
    this.pick.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      this.insert();
    });
    return make("div", {class: "tools"}, this.pick, button("插入表中的数", () => this.insert(), "small"), 
      make("span", {class: "levels", role: "group", "aria-label": `${label}：小标题`}, "小标题 ",
        ...LEVELS.map((level) => button(level.first, () => this.number(level), "small"))),
      this.count, make("span", {class: "hint"}, "每行一段"));
  }

  // Open the line at hand with the next number of a level, in place of one that it has.
  number(level) {
    const {selectionStart: caret, value} = this.area;
    const start = value.lastIndexOf("\n", caret - 1) + 1;
    const end = value.indexOf("\n", caret) < 0 ? value.length : value.indexOf("\n", caret);
    const line = value.slice(start, end).replace(BLANK_AHEAD, "");
    const had = LEVELS.map((one) => one.opens.exec(line)).find(Boolean);
    const higher = LEVELS.slice(0, LEVELS.indexOf(level));
    let before = 0;
    for (const other of value.slice(0, start).split("\n").map((one) => one.replace(BLANK_AHEAD, ""))) {
      if (higher.some((one) => one.opens.test(other))) before = 0;
      else if (level.opens.test(other)) before += 1;
    }
    const text = level.write(before + 1) + line.slice(had ? had[0].length : 0);
    this.replace(start, end, text);
  }

  // Put a text in the place of another as if it were typed, which the browser's own undo then takes back.
  replace(start, end, text) {
    this.area.focus();
    this.area.setSelectionRange(start, end);
    if (document.execCommand("insertText", false, text)) return;
    this.area.setRangeText(text, start, end, "end");
    this.typed();
  }

  // Which paragraph the caret is in: lines without text are none.
  paragraph() {
    return Math.max(0, lines(`${this.area.value.slice(0, this.area.selectionStart)}.`).length - 1);
  }

  // Select a stretch of a paragraph and show it.
  select(paragraph, from, to) {
    let at = 0;
    let number = -1;
    for (const line of this.area.value.split("\n")) {
      const [blank] = BLANK_AHEAD.exec(line);
      if (lines(line).length) number += 1;
      if (number === paragraph) {
        at += blank.length;
        break;
      }
      at += line.length + 1;
    }
    const details = this.element.closest("details");
    if (details) details.open = true;
    this.area.focus({preventScroll: true});
    this.area.setSelectionRange(at + from, at + to);
    this.reveal(at + from);
  }

  // The same text lies behind, so that a place in it can be measured.
  reveal(at) {
    let left = at;
    const walker = document.createTreeWalker(this.back, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (left < node.length) {
        const range = document.createRange();
        range.setStart(node, left);
        range.setEnd(node, left + 1);
        window.scrollBy(0, range.getBoundingClientRect().top - window.innerHeight / 3);
        return;
      }
      left -= node.length;
    }
  }

  insert() {
    const name = this.pick.value.trim();
    const known = Object.values(this.desk.layout.cell_names).some((cell) => cell.name === name);
    this.pick.setCustomValidity(known ? "" : "请从列表里选一格");
    if (!this.pick.reportValidity()) return;
    this.replace(this.area.selectionStart, this.area.selectionEnd, `{{ ${name} }}`);
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
    if (JSON.stringify(lines(this.area.value)) !== JSON.stringify(now)) {
      // What was mended here can be taken back here; what somebody else wrote cannot.
      if (this.mending && document.activeElement === this.area) this.replace(0, this.area.value.length, now.join("\n"));
      else this.area.value = now.join("\n");
    }
    this.draw();
  }

  draw() {
    const state = this.desk.state.prose[this.id] || {lines: [], paragraphs: []};
    const typed = this.area.value.split("\n");
    const current = JSON.stringify(lines(this.area.value)) === JSON.stringify(state.lines);
    this.back.replaceChildren(...this.marked(typed, current ? state.paragraphs : []));
    const length = state.paragraphs.reduce((sum, one) => sum + [...one.text.replace(/\s/g, "")].length, 0);
    const [least, most] = this.desk.state.lengths[this.id] || [null, null];
    const asked = [least && `至少 ${least} 字`, most && `至多 ${most} 字`].filter(Boolean).join("，");
    this.count.textContent = length || asked ? `${length} 字${asked ? `（本地规定${asked}）` : ""}` : "";
    this.count.classList.toggle("told", Boolean((least && length < least) || (most && length > most)));
    this.drawValues(state);
    this.drawFound();
    if (this.id === this.desk.layout.overview) this.drawAspects();
  }

  marked(typed, paragraphs) {
    const nodes = [];
    let number = 0;
    for (const line of typed) {
      const start = BLANK_AHEAD.exec(line)[0].length;
      const paragraph = lines(line).length ? paragraphs[number++] : null;
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
    const cells = this.desk.layout.cell_names;
    redraw(this.values, items.map((one) => {
      const own = one.cells.filter((cell) => cells[cell]);
      const name = own.length === 1 ? cells[own[0]].label : this.desk.fields.names[one.expression] || one.expression;
      return make("li", {class: one.failed ? "failed" : ""}, own.length ? button(name, () => this.desk.goCell(own[0]), "link") : name,
        ...(one.failed ? ["：取不到数"] : ["：", make("b", {}, one.value)]));
    }), this.area);
    this.values.hidden = !items.length;
  }

  drawFound() {
    const numbers = new Set();
    for (const one of (this.desk.state.prose[this.id] || {paragraphs: []}).paragraphs) one.marks.forEach((mark) => numbers.add(mark.finding));
    redraw(this.found, [...numbers].map((number) => this.desk.state.findings[number]).filter(Boolean).map((one) => this.desk.findings.item(one, this)), this.area);
    this.found.hidden = !numbers.size;
  }

  drawAspects() {
    const {aspects} = this.desk.layout;
    this.aspects.replaceChildren("要写到的五个方面：", ...aspects.map((name, index) => make("span", {class: this.desk.state.covered[index] ? "aspect done" : "aspect"},
      `${this.desk.state.covered[index] ? "✓" : "○"} ${name}`)));
  }

  async mend() {
    try {
      let before = [];
      const focus = () => {
        this.mending = true;
        if (this.element.contains(document.activeElement)) this.area.focus({preventScroll: true});
      };
      await this.desk.written("/api/mend", () => {
        before = this.saved();
        return {passage: this.id};
      }, focus);
      this.desk.saving.remember([{kind: "prose", key: this.id, old: before, value: this.saved()}]);
    } catch (error) {
      this.desk.refused(error);
    }
    this.mending = false;
  }
}
