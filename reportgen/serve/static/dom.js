// Elements are made here and nowhere from text, so nothing that a file says becomes markup.

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const STOPS = "a[href], button, input, select, textarea, summary";

function stops(element) {
  return [...element.querySelectorAll(STOPS)].filter((one) => !one.disabled);
}

// Draw anew and leave the keyboard on the like of what it was on, or in the same item, or else at `otherwise`, or at what stands there now.
export function redraw(element, children, otherwise = null) {
  const had = document.activeElement;
  const within = element.contains(had) && had !== element;
  // What is being typed as a reason is not taken away.
  if (within && had.closest("form") && !had.closest("form").dataset.done) return;
  const item = (one) => (one.closest("[data-item]") || {dataset: {}}).dataset.item;
  const name = (one) => JSON.stringify([item(one), one.textContent]);
  const at = within ? stops(element).indexOf(had) : 0;
  const [its, called] = within ? [item(had), name(had)] : [null, null];
  element.replaceChildren(...children);
  if (!within) return;
  const now = stops(element);
  const next = now.find((one) => name(one) === called) || (its && now.find((one) => item(one) === its)) || otherwise
    || now[Math.min(at, now.length - 1)] || element;
  next.focus();
}

// Whether the keyboard is nowhere: what it was on went, or cannot be used any more.
export function lost() {
  const {activeElement} = document;
  return !activeElement || activeElement === document.body || activeElement.disabled || !activeElement.isConnected;
}

export const byId = (id) => document.getElementById(id);

export async function ask(address, body, headers = {}) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: {"Content-Type": "application/json", ...headers},
    body: body instanceof Blob ? body : JSON.stringify(body),
  };
  let response;
  let found;
  try {
    response = await fetch(address, options);
    const kind = response.headers.get("Content-Type") || "";
    found = kind.startsWith("application/json") ? await response.json() : {message: await response.text()};
  } catch {
    // What a browser says of it is not for clerks.
    throw new Error("和程序断开了，请看看程序是否还开着");
  }
  if (!response.ok) {
    const error = new Error(found.message || `出错了（${response.status}）`);
    error.status = response.status;
    error.found = found;
    throw error;
  }
  return found;
}

export function upload(address, file) {
  return ask(address, file, {"Content-Type": "application/octet-stream", "X-File-Name": encodeURIComponent(file.name)});
}

export function button(text, action, kind = "") {
  return make("button", {type: "button", class: kind, onclick: action}, text);
}

// What shows that something goes on, with a button that ends it: asked again until there is something to end, as it may be under way yet.
export function underway(text, file) {
  const failed = make("span", {class: "told"});
  const stop = button("取消", async () => {
    stop.disabled = true;
    try {
      while (stop.isConnected && !(await ask("/api/cancel", {file})).cancelled) await new Promise((done) => { window.setTimeout(done, 100); });
    } catch (error) {
      stop.disabled = false;
      failed.textContent = error.message;
    }
  }, "small");
  return [make("progress", {"aria-label": text}), make("span", {class: "doing"}, `${text}…… `), stop, failed];
}

// A field for a file, in words of this page instead of the browser's.
export function picker(text, accept, chosen) {
  const input = make("input", {type: "file", accept, class: "unseen", onchange: () => {
    if (input.files.length) chosen(input.files[0]);
    // The same file may be chosen again after it was changed.
    input.value = "";
  }});
  return make("label", {class: "button file"}, text, input);
}
