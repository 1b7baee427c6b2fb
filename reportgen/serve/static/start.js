// The list of data files, and what makes a new one.
import {halfWidth} from "./sums.js";
import {ask, button, byId, lost, make, picker, redraw, underway, upload} from "./dom.js";

const HEADS = ["机关", "年度", "状态", "还没有填", "错误", "警告", "文件", ""];
const COUNTED = new Set(["年度", "还没有填", "错误", "警告"]);
const open = (file) => `/book?file=${encodeURIComponent(file)}`;
let files = [];

function tell(...said) {
  byId("told").replaceChildren(...said);
}

async function act(work, ...doing) {
  tell(...doing);
  try {
    await work();
  } catch (error) {
    tell(error.message);
  }
  if (lost()) byId("told").focus();
}

async function convert(one) {
  const made = await ask("/api/convert", {file: one.file});
  if (made.cancelled) tell("已取消，没有转换。");
  else location.href = open(made.file);
}

function row(one) {
  const known = !["unusable", "waiting"].includes(one.state);
  const action = one.state === "unusable" ? "" : one.into ? make("a", {class: "button", href: open(one.into)}, "打开数据文件") : one.form
    ? button("转换后打开", () => {
      if (window.confirm("填报表要先转换成旁边的数据文件（.yaml），以后在数据文件里修改。现在转换吗？")) act(() => convert(one), ...underway(`正在转换 ${one.file}`, one.file));
    })
    : make("a", {class: "button", href: open(one.file)}, "打开");
  return make("tr", {"data-item": one.file},
    make("td", {}, one.agency), make("td", {class: "number"}, one.year ? String(one.year) : ""),
    make("td", {}, make("span", {class: `state ${one.state}`}, one.state_name), one.why ? make("p", {class: "hint"}, one.why) : ""),
    ...[one.blank, one.errors, one.warnings].map((count) => make("td", {class: "number"}, known ? String(count) : "")),
    make("td", {}, one.file), make("td", {}, action));
}

function table() {
  return make("div", {class: "wide", tabindex: "0", role: "region", "aria-label": "数据文件列表"}, make("table", {class: "list"},
    make("thead", {}, make("tr", {}, ...HEADS.map((head) => (head ? make("th", {scope: "col", class: COUNTED.has(head) && "number"}, head) : make("td", {}))))),
    make("tbody", {}, ...files.map(row))));
}

// The files as they are known now: only rows that changed are drawn anew, as somebody may be about to click one.
function show(found) {
  const before = files;
  const same = before.length > 0 && before.length === found.files.length && before.every((one, number) => one.file === found.files[number].file);
  files = found.files;
  if (same) {
    const rows = byId("files").querySelectorAll("tbody tr");
    files.forEach((one, number) => {
      if (JSON.stringify(one) !== JSON.stringify(before[number])) redraw(rows[number], [...row(one).children]);
    });
  } else {
    redraw(byId("files"), [files.length ? table() : make("p", {}, "文件夹里还没有数据文件。可以在下面新建，或读取已发布的报告。")]);
  }
  byId("looking").textContent = found.waiting ? `正在检查，已检查 ${files.length - found.waiting} 份，共 ${files.length} 份` : "";
  byId("others").replaceChildren(...found.said.map((text) => make("p", {class: "hint"}, text)));
  const chosen = byId("before").value;
  const known = files.filter((one) => one.year && !one.into && one.state !== "unusable");
  byId("before").replaceChildren(make("option", {value: ""}, "没有"),
    ...known.map((one) => make("option", {value: one.file}, `${one.agency} ${one.year}（${one.file}）`)));
  if (known.some((one) => one.file === chosen)) byId("before").value = chosen;
}

let newest = 0;

// What the folder has is shown at once, and how far each file is as it comes to be known.
async function list() {
  newest += 1;
  const mine = newest;
  for (let found = await ask("/api/files?first=1"); mine === newest; found = await ask("/api/files")) {
    show(found);
    if (!found.waiting) return;
  }
}

byId("before").addEventListener("change", () => {
  const one = files.find((file) => file.file === byId("before").value);
  if (one) {
    byId("year").value = String(one.year + 1);
    byId("agency").value = one.agency;
  }
});

async function create(same) {
  const year = halfWidth(byId("year").value.trim());
  if (!/^[12]\d{3}$/.test(year)) {
    byId("year").focus();
    return tell("年度请写四位数字，如 2026。");
  }
  try {
    const made = await ask("/api/new", {year: Number(year), agency: byId("agency").value, before: byId("before").value, same});
    location.href = open(made.file);
  } catch (error) {
    if (!error.found || !error.found.other) throw error;
    const choose = (text, meant) => button(text, () => act(() => create(meant), "正在新建……"));
    tell(make("p", {}, `${error.message}请选择：`), choose("同一个机关，改了名称", "renamed"), " ", choose("另一个机关，只借用类别和层级", "other"));
    byId("told").querySelector("button").focus();
  }
  return null;
}

byId("new").addEventListener("submit", (event) => {
  event.preventDefault();
  act(() => create("by_name"), "正在新建……");
});

async function take(file) {
  const made = await upload("/api/import", file);
  if (made.cancelled) return tell("已取消，没有读取。");
  await list();
  const listed = (texts) => make("ul", {class: "listed"}, ...texts.map((text) => make("li", {}, text)));
  tell(make("p", {class: "good"}, `已读取 ${file.name}，放进 ${made.file}。`), make("a", {class: "button", href: open(made.file)}, `打开 ${made.file}`),
    made.unsure.length ? make("p", {}, "请逐条核对：") : "", listed(made.unsure),
    // Of a web page that is its menus and the like, long and rarely of interest.
    made.left_out.length ? make("details", {}, make("summary", {}, `文件里有 ${made.left_out.length} 处没有当作报告内容（如页码、网页的栏目），点开看看有没有漏的`), listed(made.left_out)) : "");
  return byId("told").querySelector("a").focus();
}

byId("import").append(picker("选择文件", ".docx,.doc,.pdf,.html,.htm,.mht,.txt,.xlsx,.xls,.zip", (file) => act(() => take(file), ...underway(`正在读取 ${file.name}`, file.name))));

list().catch((error) => tell(error.message));
