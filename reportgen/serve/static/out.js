// What leaves the page, and the Word file or form that comes back.
import {ask, button, byId, lost, make, picker, redraw, underway, upload} from "./dom.js";

const PIECES = {gone: "del", new: "ins", same: "span"};
const KINDS = {cell: "cells", field: "fields", prose: "prose"};
const MAKES = [["draft", "送审稿（Word 和 PDF）"], ["docx", "Word"], ["pdf", "PDF"], ["form", "Excel 填报表"], ["release", "发布文件夹"]];

export class Out {
  constructor(desk, pane) {
    Object.assign(this, {desk, pane});
    this.blocks = make("div", {});
    this.said = make("div", {role: "status"});
    this.edited = make("div", {});
    const zone = make("div", {class: "zone"}, make("p", {}, "把领导改过的 Word、填好的填报表拖到这里，或者："), picker("选择改过的文件", ".docx,.pdf,.html,.htm,.xlsx", (file) => this.drop(file)));
    for (const kind of ["dragover", "drop"]) zone.addEventListener(kind, (event) => event.preventDefault());
    zone.addEventListener("drop", (event) => this.drop(event.dataTransfer.files[0]));
    // Beside the zone the browser would leave this page for the file.
    for (const kind of ["dragover", "drop"]) {
      window.addEventListener(kind, (event) => {
        if ([...event.dataTransfer.types].includes("Files")) event.preventDefault();
      });
    }
    pane.append(make("h2", {}, "生成"), this.blocks, make("div", {class: "tools"}, ...MAKES.map(([kind, name]) => button(name, (event) => this.make(kind, name, event.currentTarget), kind === "release" ? "main" : ""))), this.said,
      make("h2", {}, "改过、填好送回来的"), zone, this.edited);
  }

  draw() {
    const stops = this.desk.state.findings.filter((one) => one.severity === "error" && !one.accepted);
    const blank = Object.entries(this.desk.state.cells).find(([, cell]) => cell.shown === "");
    const items = stops.map((one) => make("li", {class: "error", "data-item": one.message}, one.message, " ", button("去看", () => this.desk.go(one), "small")));
    if (blank) items.push(make("li", {class: "error"}, `还有 ${this.desk.state.counts.blank} 格没有填 `, button("去第一格", () => this.desk.goCell(blank[0]), "small")));
    redraw(this.blocks, [items.length ? make("p", {}, "下面这些改好以后才能发布：") : make("p", {class: "good"}, "可以发布。"), make("ul", {class: "found"}, ...items)]);
  }

  async make(kind, name, from) {
    if (this.making) {
      this.again.textContent = "正在生成，请等它完成，或先取消。";
      return;
    }
    this.making = true;
    this.again = make("p", {class: "told"});
    this.said.replaceChildren(...underway(`正在生成${name}`, this.desk.file), this.again);
    try {
      await this.desk.settled();
      const made = await ask("/api/make", {file: this.desk.file, version: this.desk.state.version, kind});
      if (made.cancelled) this.said.replaceChildren("已取消，没有生成。");
      else this.made(made);
    } catch (error) {
      this.said.replaceChildren(make("p", {class: "told"}, error.message));
    }
    this.making = false;
    if (lost()) from.focus();
  }

  made({folder, files}) {
    const failed = make("p", {class: "told"});
    const open = async (file) => {
      const error = await ask("/api/open", {file}).then(() => null, (found) => found);
      failed.textContent = error ? error.message : "";
    };
    this.said.replaceChildren(make("p", {class: "good"}, "已生成。点文件名另存，或在这台电脑上打开："),
      make("ul", {class: "made"}, ...files.map((file) => make("li", {}, make("a", {href: `/made?file=${encodeURIComponent(file)}`}, file), " ", button("打开", () => open(file), "small")))),
      failed, make("p", {class: "hint"}, `文件夹：${folder}`));
  }

  async drop(file) {
    if (!file) return;
    this.edited.replaceChildren(make("p", {role: "status"}, "正在读取……"));
    try {
      await this.desk.settled();
      const found = await upload(`/api/edited?file=${encodeURIComponent(this.desk.file)}`, file);
      this.choose(found);
    } catch (error) {
      this.edited.replaceChildren(make("p", {class: "told"}, error.message));
    }
  }

  choose(found) {
    // What a form leaves blank may only not have been filled in there.
    const boxes = found.changes.map((one) => [one, make("input", {type: "checkbox", checked: !one.empties})]);
    const [said, emptied] = [false, true].map((empties) => boxes.filter(([one]) => one.empties === empties));
    const list = (some) => make("ul", {class: "changes"}, ...some.map(([one, box]) => make("li", {}, make("label", {}, box, ` ${one.empties ? "清空 " : ""}${one.label}`), make("p", {class: "compared"}, ...one.pieces.map((piece) => make(PIECES[piece.kind], {}, piece.text))))));
    const none = make("p", {class: "told", role: "status"});
    const take = button("采用选中的改动", async () => {
      const chosen = boxes.filter(([, box]) => box.checked).map(([one]) => one);
      if (!chosen.length) {
        none.textContent = "还没有勾选要采用的改动。";
        return;
      }
      const numbers = chosen.map((one) => one.number);
      const places = chosen.filter((one, at) => chosen.findIndex((other) => other.kind === one.kind && other.key === one.key) === at)
        .map((one) => ({kind: KINDS[one.kind], key: one.key}));
      try {
        let before = [];
        await this.desk.written("/api/take", () => {
          before = places.map((one) => this.desk.value(one));
          return {version: found.version, upload: found.upload, numbers};
        });
        if (places.length) this.desk.saving.remember(places.map((one, at) => ({...one, old: before[at], value: this.desk.value(one)})));
        byId("pane-out").querySelector("input[type=file]").focus();
        this.edited.replaceChildren(make("p", {class: "good"}, `已采用 ${numbers.length} 处改动。`));
      } catch (error) {
        this.desk.refused(error);
      }
    }, "main");
    this.edited.replaceChildren(
      make("p", {}, said.length ? `有 ${said.length} 处改动：` : "没有改动。"), ...found.told.map((text) => make("p", {class: "hint"}, text)), list(said),
      emptied.length ? make("details", {}, make("summary", {}, `填报表里空着、数据文件里有内容的 ${emptied.length} 处，不采用；要清空的，点开勾选`), list(emptied)) : "",
      found.changes.length ? take : "", none);
  }
}
