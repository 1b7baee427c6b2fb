// What was typed, on its way into the file: one request at a time, kept until the file has it.
import {ask, byId} from "./dom.js";

// Long enough for a figure that is pasted or typed fast, short enough not to be waited for.
const WAIT = 40;
const AGAIN = 2000;
const KINDS = ["cells", "prose", "fields"];

export class Saving {
  constructor(file, desk) {
    Object.assign(this, {file, desk, waiting: {}, sending: null, refused: {}, oneByOne: false, timer: 0, undone: [], held: false});
    window.addEventListener("beforeunload", (event) => {
      if (this.busy()) event.preventDefault();
      if (this.busy()) event.returnValue = "";
    });
  }

  busy() {
    return this.sending !== null || Object.keys(this.waiting).length > 0 || this.stuck();
  }

  // What goes on only when somebody does something.
  stuck() {
    return this.held || Object.keys(this.refused).length > 0;
  }

  pending(kind, key) {
    const name = `${kind} ${key}`;
    const found = this.waiting[name] || (this.sending && this.sending[name]) || this.refused[name];
    return found ? found.value : undefined;
  }

  // A group of changes, which is undone together: [{kind, key, old, value}].
  put(changes, undoable = true) {
    const real = changes.filter((one) => JSON.stringify(one.old) !== JSON.stringify(one.value));
    if (!real.length) return;
    for (const one of real) {
      this.waiting[`${one.kind} ${one.key}`] = one;
      delete this.refused[`${one.kind} ${one.key}`];
    }
    if (undoable) this.remember(real);
    this.say("正在保存……");
    this.later(WAIT);
  }

  // Typing on in one place is one step.
  remember(changes) {
    const last = this.undone[this.undone.length - 1];
    const [one] = changes;
    if (last && last.length === 1 && changes.length === 1 && last[0].key === one.key && Date.now() - last.time < 3000) {
      last[0].value = one.value;
    } else {
      this.undone.push(changes.map((change) => ({...change})));
    }
    this.undone[this.undone.length - 1].time = Date.now();
    byId("undo").disabled = false;
  }

  undo() {
    const group = this.undone.pop();
    byId("undo").disabled = this.undone.length === 0;
    if (!group) return;
    this.put(group.map((one) => ({...one, old: one.value, value: one.old})), false);
  }

  later(wait) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.send(), wait);
  }

  async send() {
    if (this.sending || this.held || !Object.keys(this.waiting).length) return;
    const chosen = Object.entries(this.waiting).slice(0, this.oneByOne ? 1 : undefined);
    this.sending = Object.fromEntries(chosen);
    for (const [name] of chosen) delete this.waiting[name];
    // Pages that are looked at are printed as soon as the file has the change.
    const body = {file: this.file, version: this.desk.state.version, cells: {}, prose: {}, fields: {}, pages: this.desk.pages.shown()};
    for (const one of Object.values(this.sending)) body[one.kind][one.key] = one.value;
    try {
      const found = await ask("/api/edit", body);
      this.sending = null;
      this.desk.renewed(found);
      const [refused] = Object.values(this.refused);
      if (!this.busy()) this.say(`已保存 ${new Date().toTimeString().slice(0, 8)}`, found.version);
      else if (refused && !Object.keys(this.waiting).length) this.say(`没有保存：${refused.why}`);
    } catch (error) {
      this.failed(error);
    }
    if (!Object.keys(this.waiting).length) this.oneByOne = false;
    else if (!this.held) this.later(this.oneByOne ? 0 : WAIT);
  }

  failed(error) {
    const mine = {...this.sending, ...this.waiting};
    const {sending} = this;
    this.sending = null;
    if (error.status === 409) {
      this.waiting = mine;
      this.held = true;
      this.say("没有保存：文件在别处改过");
      this.desk.conflicted(error.found, Object.values(mine));
    } else if (error.status && Object.keys(sending).length > 1) {
      // One of them cannot be taken; the others must not go with it.
      this.waiting = mine;
      this.oneByOne = true;
    } else if (error.status) {
      // The file cannot take it: it stays on the page until it is changed.
      for (const [name, one] of Object.entries(sending)) if (!this.waiting[name]) this.refused[name] = {...one, why: error.message};
      this.say(`没有保存：${error.message}`);
    } else {
      this.waiting = mine;
      this.say("没有保存：和程序断开了，请看看程序是否还开着；会自动再试");
      window.setTimeout(() => this.send(), AGAIN);
    }
  }

  // After both versions were shown: keep these changes, drop the others.
  settle(kept) {
    this.waiting = {};
    this.refused = {};
    for (const one of kept) this.waiting[`${one.kind} ${one.key}`] = one;
    this.held = false;
    this.undone = [];
    byId("undo").disabled = true;
    this.say(kept.length ? "正在保存……" : "已采用文件里的内容");
    this.later(0);
  }

  say(text, version = "") {
    byId("saved").textContent = text;
    byId("saved").dataset.version = version;
    byId("saved").classList.toggle("wrong", text.startsWith("没有"));
  }
}

export {KINDS};
