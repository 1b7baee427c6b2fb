// The plain fields of a data file: whose report it is, when it is published, how it is signed.
import {make} from "./dom.js";

export class Fields {
  constructor(desk) {
    Object.assign(this, {desk, inputs: {}, names: {}});
    const groups = new Map();
    for (const field of desk.layout.fields) {
      this.names[field.id] = `${field.group}${field.name}`;
      const name = field.group || "报告";
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(this.field(field));
    }
    this.element = make("div", {class: "fields"}, ...[...groups].map(([name, fields], index) => make("details", {open: index < 2}, make("summary", {}, name), make("div", {class: "grid"}, ...fields))));
  }

  field(field) {
    const input = field.kind === "choice"
      ? make("select", {}, make("option", {value: ""}, "没有选"), ...Object.entries(field.choices).map(([id, name]) => make("option", {value: name, "data-id": id}, name)))
      : make("input", {type: "text", autocomplete: "off", maxlength: "400", readonly: field.id === "year" && true, placeholder: field.kind === "date" ? "如 2026-01-18" : undefined});
    input.addEventListener("change", () => this.typed(field, input.value));
    if (field.kind !== "choice") input.addEventListener("input", () => this.typed(field, input.value));
    this.inputs[field.id] = input;
    return make("label", {}, `${field.name}${field.required ? "（必填）" : ""}`, input, field.about ? make("span", {class: "hint"}, field.about) : "");
  }

  shown(field) {
    const value = this.desk.state.fields[field.id] || "";
    // What none of the choices is stands in the file all the same, and can be taken out.
    return field.kind === "choice" ? field.choices[value] || value : value;
  }

  typed(field, value) {
    if (field.id === "year") return;
    this.desk.saving.put([{kind: "fields", key: field.id, old: this.value(field), value: value.trim()}]);
  }

  value(field) {
    const pending = this.desk.saving.pending("fields", field.id);
    return pending === undefined ? this.shown(field) : pending;
  }

  // The field that a message names first.
  named(message) {
    const [first] = this.desk.layout.fields.filter((field) => field.id !== "year" && message.includes(field.name))
      .sort((one, other) => message.indexOf(one.name) - message.indexOf(other.name) || other.name.length - one.name.length);
    return first && first.id;
  }

  go(ident) {
    const input = this.inputs[ident];
    input.closest("details").open = true;
    input.focus();
  }

  renew() {
    for (const field of this.desk.layout.fields) {
      const input = this.inputs[field.id];
      const value = this.value(field);
      if (document.activeElement !== input && input.value !== value) input.value = value;
    }
  }
}
