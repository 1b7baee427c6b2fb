// The printed pages, as pictures of the PDF; a click on a figure leads to its cell, and back.
import {ask, button, make} from "./dom.js";

// What is typed has waited before it was saved; a run that is under way is not ended by a newer one.
const WAIT = 30;

export class Pages {
  constructor(desk, pane) {
    Object.assign(this, {desk, pane, number: 0, version: "", spots: [], sizes: [], timer: 0, asked: ""});
    this.image = make("img", {alt: "", draggable: false});
    this.mark = make("div", {class: "spot", hidden: true});
    this.sheet = make("div", {class: "sheet"}, this.image, this.mark);
    this.said = make("span", {class: "said", role: "status"}, "");
    this.at = make("span", {});
    this.pane.append(make("div", {class: "tools"}, button("上一页", () => this.turn(-1), "small"), this.at, button("下一页", () => this.turn(1), "small"), this.said), this.sheet,
      make("p", {class: "hint"}, "这是送审稿的真实页面。点页面上表格里的数，就到那一格。"));
    this.sheet.addEventListener("click", (event) => this.click(event));
  }

  shown() {
    return !this.pane.hidden;
  }

  renew() {
    if (!this.shown() || this.asked === this.desk.state.version) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.fetch(), this.version ? WAIT : 0);
  }

  async fetch() {
    this.asked = this.desk.state.version;
    const wanted = this.asked;
    this.said.textContent = "正在排版……";
    try {
      const found = await ask(`/api/pages?file=${encodeURIComponent(this.desk.file)}&version=${wanted}`);
      if (wanted !== this.asked) return;
      Object.assign(this, {sizes: found.sizes, spots: found.spots, version: found.version});
      this.said.textContent = "";
      this.draw();
    } catch (error) {
      if (wanted === this.asked) {
        this.asked = "";
        this.said.textContent = error.message;
      }
    }
  }

  draw() {
    if (!this.sizes.length) return;
    this.number = Math.min(this.number, this.sizes.length - 1);
    const address = `/api/page?file=${encodeURIComponent(this.desk.file)}&number=${this.number}&version=${this.version}`;
    if (this.image.getAttribute("src") !== address) this.image.setAttribute("src", address);
    this.image.alt = `印出的第 ${this.number + 1} 页`;
    this.at.textContent = `第 ${this.number + 1} 页，共 ${this.sizes.length} 页`;
    this.show(this.cell);
  }

  turn(step) {
    this.number = Math.max(0, Math.min(this.sizes.length - 1, this.number + step));
    this.draw();
  }

  enter(path) {
    this.cell = path;
    const spot = this.spots.find((one) => one[1] === path);
    if (spot && spot[0] !== this.number) {
      this.number = spot[0];
      this.draw();
    } else {
      this.show(path);
    }
  }

  show(path) {
    const spot = this.spots.find((one) => one[1] === path && one[0] === this.number);
    this.mark.hidden = !spot;
    if (!spot) return;
    const [, , left, top, width, height] = spot;
    this.mark.style.left = `${(left - 0.012) * 100}%`;
    this.mark.style.top = `${(top - 0.006) * 100}%`;
    this.mark.style.width = `${(width + 0.024) * 100}%`;
    this.mark.style.height = `${(height + 0.012) * 100}%`;
  }

  click(event) {
    const box = this.image.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    const distance = ([, , left, top, width, height]) => Math.hypot(Math.max(left - x, 0, x - left - width), Math.max(top - y, 0, y - top - height) * 1.4);
    const near = this.spots.filter((spot) => spot[0] === this.number).map((spot) => [distance(spot), spot[1]]).sort((one, other) => one[0] - other[0])[0];
    if (near && near[0] < 0.03) this.desk.goCell(near[1]);
  }
}
