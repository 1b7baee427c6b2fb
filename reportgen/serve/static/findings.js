// What was found, by section: each leads to its place, is explained, mended or accepted there.
import {ask, button, make, redraw} from "./dom.js";

const NAMES = {error: "错误", warning: "警告", info: "提示"};

// What a finding is known by, whatever its number.
const told = (one) => JSON.stringify([one.code, one.section, one.cells, one.message]);

export class Findings {
  constructor(desk, pane) {
    Object.assign(this, {desk, pane});
  }

  draw() {
    const {findings, counts, said} = this.desk.state;
    const tabs = document.getElementById("tab-findings");
    tabs.textContent = `检查（错误 ${counts.error}，警告 ${counts.warning}）`;
    const heads = [{id: "", heading: "基本信息"}, ...this.desk.layout.sections];
    const groups = heads.map((section) => [section.heading, findings.filter((one) => one.section === section.id)]).filter(([, list]) => list.length);
    const nothing = findings.length ? "" : make("p", {class: "good"}, "没有发现问题。");
    redraw(this.pane, [
      make("p", {class: "sum"}, `错误 ${counts.error}，警告 ${counts.warning}，提示 ${counts.info}，没填的格 ${counts.blank}`),
      ...said.map((text) => make("p", {class: "told"}, text)), nothing,
      ...groups.map(([heading, list]) => make("section", {}, make("h2", {}, heading), make("ul", {class: "found"}, ...list.map((one) => this.item(one)))))]);
  }

  item(one, prose = null) {
    const item = make("li", {class: one.accepted ? "accepted" : one.severity, "data-item": told(one)});
    const more = make("div", {class: "more"});
    const tools = make("div", {class: "tools"});
    if (!prose) tools.append(button("去看", () => this.desk.go(one), "small"));
    else if (one.cells.length) tools.append(button("看这一格", () => this.desk.goCell(one.cells.find((cell) => this.desk.layout.cell_names[cell])), "small"));
    if (one.proposed) tools.append(button(`改为 ${one.proposed}`, () => this.desk.setCell(one.likely, one.proposed), "small fix"));
    if (one.mends && this.place(one)) tools.append(button("改正标点", () => this.place(one).mend(), "small fix"));
    tools.append(button("解释", () => this.explain(one, more), "small"));
    if (one.acceptable && !one.accepted) tools.append(button("已核实", () => this.accept(one, more), "small"));
    if (one.withdraws) tools.append(button(one.accepted ? "撤回已核实" : "删去这条已核实", () => this.withdraw(one), "small"));
    const name = one.accepted ? "已核实" : NAMES[one.severity];
    item.append(make("p", {}, make("span", {class: `tag ${one.accepted ? "accepted" : one.severity}`}, name), ` ${one.message} `, make("span", {class: "code"}, one.code)),
      one.accepted ? make("p", {class: "hint"}, `理由：${one.accepted.reason}（${one.accepted.by}）`) : "", tools, more);
    return item;
  }

  place(one) {
    return Object.values(this.desk.proses).find((prose) => (this.desk.state.prose[prose.id] || {paragraphs: []}).paragraphs
      .some((paragraph) => paragraph.marks.some((mark) => mark.finding === one.number)));
  }

  async explain(one, more) {
    if (more.querySelector("pre")) return more.replaceChildren();
    const found = await ask(`/api/explain?code=${one.code}`).catch((error) => ({text: error.message}));
    return more.replaceChildren(make("pre", {}, found.text));
  }

  // A finding by its number in the file as it is now: while a reason is typed others come and go before it.
  current(one) {
    const found = this.desk.state.findings.find((other) => told(other) === told(one));
    if (!found) throw new Error("这条检查结果已经变了，请重新核对");
    return {number: found.number};
  }

  async withdraw(one) {
    try {
      await this.desk.written("/api/withdraw", () => this.current(one));
    } catch (error) {
      this.desk.refused(error);
    }
  }

  accept(one, more) {
    if (more.querySelector("form")) return more.replaceChildren();
    const field = (name, maxlength) => {
      const input = make("input", {type: "text", maxlength, "aria-label": name, oninput: () => said("")});
      const wrong = make("span", {class: "told", role: "alert"});
      const said = (text) => {
        wrong.textContent = text;
        input.setAttribute("aria-invalid", String(Boolean(text)));
      };
      return {input, said, name, label: make("label", {}, `${name} `, input, wrong)};
    };
    const [reason, by] = [field("理由", "1000"), field("核实人", "60")];
    // What is missing is told here, not in the browser's words, for which blanks are something.
    const form = make("form", {novalidate: true}, reason.label, by.label, make("button", {type: "submit", class: "small"}, "写入数据文件"));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const missing = [reason, by].filter((one) => !one.input.value.trim());
      for (const one of missing) one.said(`请写${one.name}`);
      if (missing.length) {
        missing[0].input.focus();
        return;
      }
      // Once, however often it is pressed.
      if (form.dataset.sent) return;
      form.dataset.sent = "sent";
      try {
        await this.desk.written("/api/accept", () => ({...this.current(one), reason: reason.input.value, by: by.input.value}), () => { form.dataset.done = "done"; });
      } catch (error) {
        this.desk.refused(error);
      }
      delete form.dataset.sent;
    });
    more.replaceChildren(form);
    return reason.input.focus();
  }
}
