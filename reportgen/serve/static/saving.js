// What was typed, on its way into the file: one request at a time, kept until the file has it.
import {ask, byId} from "./dom.js";

// Long enough for a figure that is pasted or typed fast, short enough not to be waited for.
const WAIT = 40;
const AGAIN = 2000;
// Changes that follow each other faster are typed in one go.
const HURRY = 400;
// Typing on in one place is one step, unless one stops or it gets long.
const STOPS = 3000;
const LONG = 10000;
// Of a whole day.
const STEPS = 500;
const KINDS = ["cells", "prose", "fields"];
const nameOf = (one) => `${one.kind} ${one.key}`;

export class Saving {
  constructor(file, desk) {
    Object.assign(this, {file, desk, waiting: {}, sending: null, timer: 0, undone: [], redone: [], held: false, writing: false, typed: 0, hurried: false});
    // What the file did not take, which stays on the page until it is changed, why, and whether to send one change at a time.
    Object.assign(this, {refused: {}, why: "", single: false, failing: false});
    window.addEventListener("beforeunload", (event) => {
      if (!this.busy() && !this.stuck()) return;
      event.preventDefault();
      event.returnValue = "";
    });
  }

  busy() {
    return this.writing || this.sending !== null || Object.keys(this.waiting).length > 0;
  }

  // Something is not in the file and does not get there by waiting.
  stuck() {
    return this.held || this.failing || Object.keys(this.refused).length > 0;
  }

  pending(kind, key) {
    const name = nameOf({kind, key});
    const found = this.waiting[name] || (this.sending && this.sending[name]) || this.refused[name];
    return found ? found.value : undefined;
  }

  // A group of changes, which is undone together: [{kind, key, old, value}].
  put(changes, undoable = true) {
    const real = changes.filter((one) => JSON.stringify(one.old) !== JSON.stringify(one.value));
    if (!real.length) return;
    this.hurried = Date.now() - this.typed < HURRY;
    this.typed = Date.now();
    for (const one of real) {
      this.waiting[nameOf(one)] = one;
      delete this.refused[nameOf(one)];
    }
    if (undoable) this.remember(real);
    this.say("正在保存……");
    this.later(WAIT);
  }

  remember(changes) {
    const last = this.undone[this.undone.length - 1];
    const [one] = changes;
    const now = Date.now();
    const on = last && last.length === 1 && changes.length === 1 && last[0].key === one.key && now - last.time < STOPS && now - last.begun < LONG;
    if (on) last[0].value = one.value;
    else this.undone.push(Object.assign(changes.map((change) => ({...change})), {begun: now}));
    if (this.undone.length > STEPS) this.undone.shift();
    this.undone[this.undone.length - 1].time = now;
    this.redone = [];
    this.steps();
  }

  steps() {
    byId("undo").disabled = this.undone.length === 0;
    byId("redo").disabled = this.redone.length === 0;
  }

  undo() {
    const group = this.undone.pop();
    if (group) {
      this.redone.push(group);
      this.put(group.map((one) => ({...one, old: one.value, value: one.old})), false);
    }
    this.steps();
    return group;
  }

  redo() {
    const group = this.redone.pop();
    if (group) {
      // What is typed next is a step of its own.
      this.undone.push(Object.assign(group, {time: 0}));
      this.put(group, false);
    }
    this.steps();
    return group;
  }

  // What was before goes over what somebody else wrote since.
  forget() {
    [this.undone, this.redone] = [[], []];
    this.steps();
  }

  // Have something else written, between what is typed: both at once would be taken for a change elsewhere.
  async alone(work) {
    this.writing = true;
    try {
      return await work();
    } finally {
      this.writing = false;
      if (Object.keys(this.waiting).length && !this.held && !this.failing) this.later(0);
    }
  }

  later(wait) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.send(), wait);
  }

  again() {
    this.failing = false;
    this.later(0);
  }

  async send() {
    if (this.sending || this.held || this.writing || !Object.keys(this.waiting).length) return;
    this.take();
    // Pages that are looked at are printed as soon as the file has the change.
    const body = {file: this.file, version: this.desk.state.version, cells: {}, prose: {}, fields: {}, pages: this.desk.pages.due()};
    for (const one of Object.values(this.sending)) body[one.kind][one.key] = one.value;
    try {
      const found = await ask("/api/edit", body);
      this.sending = null;
      this.failing = false;
      this.desk.renewed(found);
      if (!this.busy()) this.finished(found.version);
    } catch (error) {
      this.failed(error);
    }
    if (Object.keys(this.waiting).length && !this.held && !this.failing) this.later(WAIT);
  }

  take() {
    const names = Object.keys(this.waiting).slice(0, this.single ? 1 : undefined);
    this.sending = Object.fromEntries(names.map((name) => [name, this.waiting[name]]));
    for (const name of names) delete this.waiting[name];
    this.single = this.single && Object.keys(this.waiting).length > 0;
  }

  finished(version) {
    if (Object.keys(this.refused).length) this.say(`没有保存：${this.why}`);
    else this.say(`已保存 ${new Date().toTimeString().slice(0, 8)}`, version);
  }

  failed(error) {
    const mine = {...this.sending, ...this.waiting};
    const sent = this.sending;
    this.sending = null;
    if (error.status === 409) {
      this.waiting = mine;
      this.held = true;
      this.say("没有保存：文件在别处改过");
      this.desk.conflicted(error.found, Object.values(mine));
    } else if (error.status && error.status < 500) {
      this.refuse(sent, error.message);
    } else {
      this.waiting = mine;
      this.failing = true;
      this.say(error.status ? `没有保存：${error.message}；会自动再试` : "没有保存：和程序断开了，请看看程序是否还开着；会自动再试");
      this.later(AGAIN);
    }
  }

  // The file cannot take one of these changes; which one, each alone tells. What was typed meanwhile is not among them.
  refuse(sent, message) {
    if (Object.keys(sent).length > 1) {
      this.waiting = {...sent, ...this.waiting};
      this.single = true;
    } else {
      for (const [name, one] of Object.entries(sent)) if (!this.waiting[name]) this.refused[name] = one;
      this.why = message;
    }
    this.say(`没有保存：${message}`);
  }

  // After both versions were shown: drop some changes and keep the others, as they were typed last.
  settle(dropped, kept) {
    for (const one of dropped) delete this.waiting[nameOf(one)];
    for (const one of kept) this.waiting[nameOf(one)] = {...one, value: (this.waiting[nameOf(one)] || one).value};
    this.held = false;
    this.forget();
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
