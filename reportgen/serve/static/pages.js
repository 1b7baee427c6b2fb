// The printed pages, as pictures of the PDF: a click on a figure leads to its cell, one on a sentence to the prose, and back.
import {ask, button, lost, make} from "./dom.js";

const WAIT = 250;
// The pause after which what was typed in one go is printed.
const QUIET = 200;
// What the tabs cover of the panel.
const HEAD = 50;
// How far beside a figure a click may go, in parts of the page's width.
const NEAR = 0.03;
const inside = (x, y, [left, top, width, height]) => x >= left && x <= left + width && y >= top && y <= top + height;

export class Pages {
  constructor(desk, pane) {
    Object.assign(this, {desk, pane, number: 0, count: 0, version: "", spots: [], tables: [], timer: 0, asked: "", asking: false, soon: 0, cell: "", prose: null, box: null});
    this.image = make("img", {alt: "", draggable: false});
    this.mark = make("div", {class: "spot", hidden: true});
    this.sheet = make("div", {class: "sheet"}, this.image, this.mark);
    this.said = make("span", {class: "said", role: "status"}, "");
    this.from = make("p", {class: "from", role: "status"});
    this.at = make("span", {});
    this.back = button("上一页", () => this.turn(-1), "small");
    this.on = button("下一页", () => this.turn(1), "small");
    this.size = button("放大", () => this.resize(), "small");
    this.pane.append(make("div", {class: "tools"}, this.back, this.at, this.on, this.size, this.said), this.from,
      make("div", {class: "wide", tabindex: "0", role: "region", "aria-label": "印出的这一页"}, this.sheet),
      make("p", {class: "hint"}, "这是送审稿的真实页面。点表格里的数，到那一格；点文字，到那一句。"));
    this.sheet.addEventListener("click", (event) => this.click(event));
  }

  shown() {
    return !this.pane.hidden;
  }

  address(what, more = "") {
    return `/api/${what}?file=${encodeURIComponent(this.desk.file)}&version=${this.asked}${more}`;
  }

  // Whether what goes into the file now is printed at once: of what is typed in one go, only what it ends with is.
  due() {
    return this.shown() && !this.desk.saving.hurried;
  }

  // One request at a time: a browser has six, and while all of them wait for pages nothing that is typed gets into the file.
  renew() {
    const {state, saving} = this.desk;
    window.clearTimeout(this.soon);
    if (!this.shown()) return;
    // What was typed may be taken back before it is printed.
    const waits = this.asking || this.asked !== state.version;
    if (waits) this.said.textContent = "正在排版……";
    else if (this.version === state.version) this.said.textContent = "";
    if (this.asking || !waits) return;
    const wait = saving.hurried ? saving.typed + QUIET - Date.now() : 0;
    if (wait > 0) this.soon = window.setTimeout(() => this.renew(), wait);
    else this.ask();
  }

  // The picture of the page at hand is asked for at once; it comes before what stands where.
  async ask() {
    const wanted = this.desk.state.version;
    Object.assign(this, {asked: wanted, asking: true});
    if (this.count) this.draw();
    try {
      const found = await ask(this.address("pages"));
      Object.assign(this, {count: found.count, spots: found.spots, tables: found.tables, version: found.version});
      this.said.textContent = "";
      this.draw();
      if (this.prose) this.where();
    } catch (error) {
      this.asked = "";
      this.said.textContent = error.message;
    }
    this.asking = false;
    if (wanted !== this.desk.state.version) this.renew();
  }

  draw() {
    this.number = Math.max(0, Math.min(this.number, this.count - 1));
    const address = this.address("page", `&number=${this.number}`);
    if (this.image.getAttribute("src") !== address) this.image.setAttribute("src", address);
    this.image.alt = `印出的第 ${this.number + 1} 页`;
    this.at.textContent = `第 ${this.number + 1} 页，共 ${this.count} 页`;
    this.back.disabled = this.number === 0;
    this.on.disabled = this.number >= this.count - 1;
    // At the last page the button that led there is of no use any more.
    if (lost() && this.turned) [this.back, this.on, this.size].find((one) => !one.disabled).focus();
    this.turned = false;
    this.show();
  }

  resize() {
    this.size.textContent = this.sheet.classList.toggle("large") ? "缩小" : "放大";
    this.intoView();
  }

  // The place at hand is in sight, whatever part of the page is shown.
  intoView() {
    if (this.mark.hidden) return;
    const wide = this.sheet.parentElement;
    wide.scrollLeft = this.mark.offsetLeft + this.mark.offsetWidth / 2 - wide.clientWidth / 2;
    const side = this.pane.parentElement;
    const top = this.sheet.offsetTop + this.mark.offsetTop;
    if (top < side.scrollTop + HEAD || top + this.mark.offsetHeight > side.scrollTop + side.clientHeight) side.scrollTop = top - side.clientHeight / 2;
  }

  turn(step) {
    this.number += step;
    this.turned = true;
    this.draw();
  }

  // The cell or the paragraph that the clerk is at: its page is the one at hand.
  enter(path) {
    Object.assign(this, {cell: path, prose: null, box: null});
    this.from.replaceChildren();
    this.follow(this.spots.find((one) => one[1] === path));
  }

  enterProse(ident, paragraph) {
    const {prose} = this;
    if (prose && prose.ident === ident && prose.paragraph === paragraph) return;
    Object.assign(this, {cell: "", prose: {ident, paragraph}, box: null});
    this.from.replaceChildren();
    this.show();
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.where(), WAIT);
  }

  async where() {
    const {prose} = this;
    if (!prose || !this.shown() || !this.count) return;
    const found = await ask(this.address("where", `&passage=${encodeURIComponent(prose.ident)}&paragraph=${prose.paragraph}`)).catch(() => ({}));
    if (this.prose !== prose || !found.box) return;
    this.box = [found.page, "", ...found.box];
    this.follow(this.box);
  }

  follow(spot) {
    if (spot && spot[0] !== this.number && this.count) {
      [this.number] = spot;
      this.draw();
    } else {
      this.show();
    }
  }

  show() {
    const spot = this.box || this.spots.find((one) => one[1] === this.cell);
    this.mark.hidden = !spot || spot[0] !== this.number;
    if (this.mark.hidden) return;
    const [, , left, top, width, height] = spot;
    this.mark.style.left = `${(left - 0.012) * 100}%`;
    this.mark.style.top = `${(top - 0.006) * 100}%`;
    this.mark.style.width = `${(width + 0.024) * 100}%`;
    this.mark.style.height = `${(height + 0.012) * 100}%`;
    this.intoView();
  }

  async click(event) {
    const picture = this.image.getBoundingClientRect();
    const x = (event.clientX - picture.left) / picture.width;
    const y = (event.clientY - picture.top) / picture.height;
    const distance = ([, , left, top, width, height]) => Math.hypot(Math.max(left - x, 0, x - left - width), Math.max(top - y, 0, y - top - height) * 1.4);
    const [near] = this.spots.filter((spot) => spot[0] === this.number).map((spot) => [distance(spot), spot[1]]).sort((one, other) => one[0] - other[0]);
    if (this.tables.some(([page, ...box]) => page === this.number && inside(x, y, box))) {
      if (near && near[0] < NEAR) this.desk.goCell(near[1]);
      return;
    }
    this.clicks = (this.clicks || 0) + 1;
    const mine = this.clicks;
    try {
      const found = await ask(this.address("at", `&number=${this.number}&x=${x.toFixed(4)}&y=${y.toFixed(4)}`));
      if (mine !== this.clicks) return;
      if (found.passage) this.goProse(found);
      else if (near && near[0] < NEAR) this.desk.goCell(near[1]);
    } catch (error) {
      this.said.textContent = error.message;
    }
  }

  // A figure that the prose takes from a table offers its cell.
  goProse(found) {
    this.enterProse(found.passage, found.paragraph);
    this.desk.goProse(found.passage, found.paragraph, found.start, found.end);
    const names = this.desk.layout.cell_names;
    const cells = found.cells.filter((path) => names[path]);
    this.from.replaceChildren(...(cells.length ? ["这个数取自 ", ...cells.map((path) => button(names[path].label, () => this.desk.goCell(path), "link"))] : []));
  }
}
