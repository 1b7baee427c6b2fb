// The page of one data file: draws its sections and keeps them as the file is.
import {ask, button, byId, lost, make} from "./dom.js";
import {compare} from "./compare.js";
import {conflict} from "./conflict.js";
import {Fields} from "./fields.js";
import {Findings} from "./findings.js";
import {Out} from "./out.js";
import {Pages} from "./pages.js";
import {Prose} from "./prose.js";
import {Saving} from "./saving.js";
import {Table} from "./table.js";

const WATCH = 3000;

class Desk {
  constructor(file) {
    Object.assign(this, {file, tables: {}, proses: {}, showPast: false});
    this.saving = new Saving(file, this);
    this.findings = new Findings(this, byId("pane-findings"));
    this.pages = new Pages(this, byId("pane-pages"));
    this.out = new Out(this, byId("pane-out"));
    for (const way of ["undo", "redo"]) byId(way).addEventListener("click", () => this.step(way));
    byId("cross").addEventListener("click", () => this.cross());
    byId("past").addEventListener("change", (event) => { this.showPast = event.target.checked; this.draw(); });
    document.addEventListener("keydown", (event) => this.key(event));
    // What stays in sight below them begins there.
    const sections = byId("sections");
    new ResizeObserver(() => document.documentElement.style.setProperty("--under", `${sections.previousElementSibling.offsetHeight + sections.offsetHeight}px`)).observe(sections);
    this.tabs();
  }

  async open() {
    const found = await ask(`/api/book?file=${encodeURIComponent(this.file)}`);
    this.take(found);
    window.setInterval(() => this.watch(), WATCH);
  }

  take(found) {
    const {layout, ...state} = found;
    this.layout = layout;
    this.state = state;
    this.totals = new Set(layout.equations.filter((one) => one.total).map((one) => one.left[0][0]));
    this.build();
    this.draw();
  }

  // Another window or program may write the file too.
  async watch() {
    if (this.saving.busy() || this.saving.stuck() || document.hidden) return;
    // A slow answer is waited for, and not asked for again meanwhile.
    if (this.watching) return;
    this.watching = true;
    const {version} = this.state;
    const found = await ask(`/api/book?file=${encodeURIComponent(this.file)}&version=${version}`).catch((error) => ({error}));
    this.watching = false;
    if (this.saving.busy() || this.saving.stuck() || this.state.version !== version) return;
    if (found.error) {
      if (this.missing !== found.error.message) this.saving.say(`没有读到文件：${found.error.message}`);
      this.missing = found.error.message;
      return;
    }
    const {missing} = this;
    this.missing = "";
    if (!found.unchanged) {
      this.saving.forget();
      this.renewed(found);
      this.saving.say("文件在别处改过，已换成新的内容");
    } else if (missing) {
      this.saving.say("又读到文件了，没有变");
    }
  }

  build() {
    const names = make("datalist", {id: "cell-names"}, ...Object.values(this.layout.cell_names).map((cell) => make("option", {value: cell.name})));
    this.fields = new Fields(this);
    this.tables = {};
    this.proses = {};
    const sections = this.layout.sections.map((section) => {
      const inside = section.passages.map((passage) => {
        const prose = new Prose(this, passage, section.heading);
        this.proses[passage.id] = prose;
        return prose;
      });
      if (section.kind === "prose") return this.section(section, inside.map((prose) => prose.element));
      const table = new Table(this, section);
      this.tables[section.id] = table;
      const around = (prose) => make("details", {open: this.state.prose[prose.id] && this.state.prose[prose.id].lines.length > 0}, make("summary", {}, prose.element.querySelector("h3").textContent), prose.element);
      return this.section(section, [around(inside[0]), table.element, around(inside[1]), around(inside[2])]);
    });
    byId("main").replaceChildren(names, this.section({id: "fields", heading: "基本信息"}, [this.fields.element]), ...sections);
    for (const details of byId("main").querySelectorAll("details")) details.addEventListener("toggle", () => this.draw());
    byId("sections").replaceChildren(...[{id: "fields", heading: "基本信息"}, ...this.layout.sections].map((section) => make("a", {href: `#section-${section.id}`, onclick: (event) => {
      event.preventDefault();
      this.goSection(section.id);
    }}, section.heading, make("span", {class: "dot"}))));
  }

  section(section, children) {
    return make("section", {id: `section-${section.id}`, class: "part", "aria-label": section.heading}, make("h2", {}, section.heading), ...children);
  }

  renewed(found) {
    this.missing = "";
    if (found.layout) {
      const {layout, ...state} = found;
      const changed = JSON.stringify(layout) !== JSON.stringify(this.layout);
      this.state = state;
      if (changed) {
        const place = this.place(document.activeElement);
        this.layout = layout;
        this.build();
        this.goChanged(place);
      }
    } else {
      this.state = found;
    }
    this.draw();
  }

  draw() {
    byId("title").textContent = this.state.title;
    document.title = this.state.title;
    for (const table of Object.values(this.tables)) table.renew();
    for (const prose of Object.values(this.proses)) prose.renew();
    this.fields.renew();
    this.findings.draw();
    this.out.draw();
    this.pages.renew();
    compare(this, byId("pane-compare"));
    byId("past").disabled = !this.layout.previous_year;
    const links = [...byId("sections").children];
    ["", ...this.layout.sections.map((section) => section.id)].forEach((id, index) => {
      const worst = this.state.findings.filter((one) => one.section === id && !one.accepted).map((one) => one.severity);
      links[index].className = worst.includes("error") ? "error" : worst.includes("warning") ? "warning" : "";
    });
  }

  // Go a step back or on again.
  step(way) {
    const group = this.saving[way]();
    // What a table says of a block that was pasted does not hold any more.
    for (const table of Object.values(this.tables)) table.note = null;
    this.draw();
    // The button is of no use once nothing is left to undo.
    if (group && lost()) this.goChanged(group[0]);
  }

  // What of the file an element is the field of.
  place(element) {
    const {cell, passage} = element.dataset;
    const field = Object.keys(this.fields.inputs).find((ident) => this.fields.inputs[ident] === element);
    return cell ? {kind: "cells", key: cell} : passage ? {kind: "prose", key: passage} : {kind: "fields", key: field};
  }

  // What the page has of a cell, a passage or a field.
  value({kind, key}) {
    if (kind === "cells") return this.tables[key.split(".")[0]].value(key);
    if (kind === "prose") return this.proses[key].saved();
    return this.fields.value(this.layout.fields.find((one) => one.id === key));
  }

  goChanged({kind, key}) {
    if (kind === "cells") this.goCell(key);
    else if (kind === "prose" && this.proses[key]) this.proses[key].select(0, 0, 0);
    else if (this.fields.inputs[key]) this.fields.go(key);
  }

  key(event) {
    if (event.key === "F6" && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      this.cross();
    }
    const way = event.ctrlKey || event.metaKey ? {z: event.shiftKey ? "redo" : "undo", y: "redo"}[event.key.toLowerCase()] : null;
    if (!way) return;
    // Texts that are not in the file yet have an undo of their own.
    if (event.target.matches("textarea, form input, .prose input")) return;
    event.preventDefault();
    this.step(way);
  }

  tabs() {
    const tabs = [...document.querySelectorAll("[role=tab]")];
    const choose = (tab) => {
      for (const one of tabs) {
        const chosen = one === tab;
        one.setAttribute("aria-selected", String(chosen));
        one.tabIndex = chosen ? 0 : -1;
        byId(one.getAttribute("aria-controls")).hidden = !chosen;
      }
      if (tab.id === "tab-compare") {
        // Last year's file may be another by now.
        delete byId("pane-compare").dataset.version;
        compare(this, byId("pane-compare"));
      }
      if (tab.id === "tab-pages" && this.state) this.pages.renew();
    };
    tabs.forEach((tab, index) => {
      tab.addEventListener("click", () => choose(tab));
      tab.addEventListener("keydown", (event) => {
        const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
        if (!step) return;
        const next = tabs[(index + step + tabs.length) % tabs.length];
        next.focus();
        choose(next);
      });
    });
  }

  conflicted(found, mine) {
    conflict(this, found, mine);
  }

  cellEntered(path) {
    this.pages.enter(path);
  }

  goCell(path) {
    const table = path && this.tables[path.split(".")[0]];
    if (!table || !table.inputs[path]) return;
    table.inputs[path].scrollIntoView({block: "center"});
    table.inputs[path].focus();
    table.inputs[path].select();
  }

  goProse(ident, paragraph, start, end) {
    if (this.proses[ident]) this.proses[ident].select(paragraph, start, end);
  }

  setCell(path, number) {
    this.tables[path.split(".")[0]].set([[path, number]]);
    this.goCell(path);
  }

  go(one) {
    const prose = this.findings.place(one);
    const cell = [one.likely, ...one.cells].find((path) => this.layout.cell_names[path]);
    if (prose) {
      const {paragraphs} = this.state.prose[prose.id];
      const paragraph = paragraphs.findIndex((each) => each.marks.some((mark) => mark.finding === one.number));
      const mark = paragraphs[paragraph].marks.find((each) => each.finding === one.number);
      prose.select(paragraph, mark.start, mark.end);
      this.pages.enterProse(prose.id, paragraph);
      return;
    }
    const field = one.section ? null : this.fields.named(one.message);
    if (cell) this.goCell(cell);
    else if (field) this.fields.go(field);
    else this.goSection(one.section || "fields");
  }

  goSection(ident) {
    const section = byId(`section-${ident}`);
    section.scrollIntoView({block: "start"});
    const first = [...section.querySelectorAll("[data-cell], textarea, input")]
      .find((field) => !field.disabled && !field.readOnly && !field.closest("details:not([open])"));
    if (first) first.focus({preventScroll: Boolean(first.dataset.cell)});
  }

  // From the form to what stands beside it and back: by Tab that is hundreds of cells away.
  cross() {
    const side = byId("side");
    if (!side.contains(document.activeElement)) {
      if (byId("main").contains(document.activeElement)) this.left = document.activeElement;
      side.querySelector("[role=tab][aria-selected=true]").focus();
    } else if (this.left && this.left.isConnected) this.left.focus();
    else this.goSection("fields");
  }

  // Have something written into the file at once: what, is asked for when all that was typed is in it; `done` comes before it is shown.
  async written(address, wanted, done = () => {}) {
    await this.settled();
    const body = {file: this.file, version: this.state.version, ...wanted()};
    this.saving.say("正在保存……");
    const found = await this.saving.alone(() => ask(address, body));
    done();
    this.renewed(found);
    if (!this.saving.busy()) this.saving.finished(found.version);
  }

  // Until everything typed is in the file.
  async settled() {
    this.saving.again();
    while (this.saving.busy() && !this.saving.stuck()) await new Promise((done) => { window.setTimeout(done, 50); });
    if (this.saving.stuck()) throw new Error("还有没保存的改动，请先处理");
  }

  refused(error) {
    if (error.status === 409 && error.found.now) {
      this.saving.say("没有保存：文件在别处改过");
      conflict(this, error.found, []);
    } else this.saving.say(`没有保存：${error.message}`);
  }
}

const desk = new Desk(document.body.dataset.file);
desk.open().catch((error) => {
  byId("title").textContent = "打不开";
  byId("main").replaceChildren(make("p", {class: "told", role: "alert"}, error.message), make("p", {}, button("再试一次", () => location.reload())));
});
