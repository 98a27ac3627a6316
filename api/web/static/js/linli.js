// The behaviour of every page. Each part finds its elements by a data attribute; without this file the pages still work.

const root = document.documentElement;
const YEAR = 31536000;

// ---- large text: the link works alone (a round trip); here it is immediate
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-large]");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  const on = root.classList.toggle("large");
  document.cookie = `linli_large=${on ? 1 : 0};path=/;max-age=${YEAR};samesite=lax`;
  for (const each of document.querySelectorAll("a[data-large]")) {
    each.querySelector("span").textContent = on ? each.dataset.on : each.dataset.off;
    const address = new URL(each.href);
    address.searchParams.set("large", on ? "0" : "1");
    each.href = address.search;
  }
  if (new URLSearchParams(location.search).has("large")) {
    const here = new URL(location.href);
    here.searchParams.delete("large");
    history.replaceState(history.state, "", here);
  }
});

// ---- the other language is another page: what was typed goes with the reader, within this tab
const TYPED = "linli_typed";
const typedFields = () => document.querySelectorAll("main form :is(input:not([type=hidden], [type=password], [type=search]), select, textarea)[name]");
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("a[hreflang].switch") || event.metaKey || event.ctrlKey) return;
  const values = [...typedFields()].map((field) => [field.name, field.value, field.checked ?? null]);
  sessionStorage.setItem(TYPED, JSON.stringify({ path: location.pathname, values }));
});
function typedAgain() {
  const held = JSON.parse(sessionStorage.getItem(TYPED) ?? "null");
  sessionStorage.removeItem(TYPED);
  if (held?.path !== location.pathname) return;
  for (const field of typedFields()) {
    const tickable = field.type === "checkbox" || field.type === "radio";
    const same = held.values.find(([name, value]) => name === field.name && (!tickable || value === field.value));
    if (!same) continue;
    if (tickable) field.checked = same[2];
    else field.value = same[1];
    const folded = field.closest("details");
    if (folded && (tickable ? field.checked : field.value)) folded.open = true;
  }
}
typedAgain();

// ---- a form is sent once, and says so at once
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]") || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter ?? form.querySelector("button[type=submit], button:not([type])");
  const label = button?.querySelector(".button-label");
  if (!label) return;
  button.dataset.label = label.textContent;
  button.setAttribute("aria-busy", "true");
  if (button.dataset.busy) label.textContent = button.dataset.busy;
});

function ready(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button[aria-busy]")) {
    button.removeAttribute("aria-busy");
    if (button.dataset.label) button.querySelector(".button-label").textContent = button.dataset.label;
  }
}
// back button (the page comes from memory), and forms that htmx sends without leaving the page
window.addEventListener("pageshow", (event) => event.persisted && document.querySelectorAll("form[data-sent]").forEach(ready));
document.addEventListener("htmx:afterRequest", (event) => event.target.matches?.("form[data-sent]") && ready(event.target));

// Deadlines are the server's: a phone whose clock is wrong, or the demo whose tomorrow is today, counts rightly all the same.
const behind = document.body?.dataset.now ? Date.parse(document.body.dataset.now) - Date.now() : 0;
const serverNow = () => Date.now() + behind;

// ---- how long is left: the written time stays, the rest is added beside it
function words(time, seconds) {
  const say = (text, values) => text.replace(/\{(\w)\}/g, (_, key) => values[key]);
  const { days, hours, minutes, seconds: last, over } = time.dataset;
  if (seconds <= 0) return over;
  const d = Math.floor(seconds / 86400), h = Math.floor((seconds % 86400) / 3600), m = Math.floor((seconds % 3600) / 60);
  if (d) return say(days, { d, h });
  if (h) return say(hours, { h, m });
  return m ? say(minutes, { m }) : say(last, { s: Math.floor(seconds) });
}
function tick() {
  for (const time of document.querySelectorAll("time[data-countdown]")) {
    const seconds = (Date.parse(time.dateTime) - serverNow()) / 1000;
    let left = time.nextElementSibling;
    if (!left?.classList.contains("countdown-left")) {
      left = document.createElement("span");
      left.className = "countdown-left";
      time.after(left);
    }
    const text = words(time, seconds);
    if (left.textContent !== text) left.textContent = text;
  }
}
tick();
setInterval(tick, 1000);

// ---- live parts: messages are JSON objects {slot: value}; `done` moves on
function fill(frame, values) {
  for (const slot of frame.querySelectorAll("[data-slot]")) {
    const value = values[slot.dataset.slot];
    if (value === undefined) continue;
    if (slot instanceof HTMLProgressElement) value === null ? slot.removeAttribute("value") : (slot.value = value);
    else slot.textContent = value ?? "";
  }
}
function listen(frame) {
  if (frame.dataset.streaming) return;
  frame.dataset.streaming = "yes";
  const source = new EventSource(frame.dataset.stream);
  const lost = frame.querySelector("[data-stream-lost]");
  source.onopen = () => { if (lost) lost.hidden = true; };
  source.onerror = () => { if (lost) lost.hidden = false; };
  source.onmessage = (event) => fill(frame, JSON.parse(event.data));
  source.addEventListener("done", (event) => {
    source.close();
    const { href } = JSON.parse(event.data || "{}");
    href ? location.assign(new URL(href, location.href)) : location.reload();
  });
  addEventListener("pagehide", () => source.close(), { once: true });
}

// ---- dialogs: the opener is a link to the dialog, which CSS :target shows without this
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog?.showModal) {
    event.preventDefault();
    if (!dialog.open) dialog.showModal();
    return;
  }
  const closer = event.target.closest?.("[data-close]");
  const open = closer?.closest("dialog[open]");
  if (open) {
    event.preventDefault();
    open.close();
  }
});

function start(scope) {
  scope.querySelectorAll?.("[data-stream]").forEach(listen);
  scope.querySelector?.("[data-focus]")?.focus();
}
start(document);
document.addEventListener("htmx:load", (event) => event.target !== document.body && start(event.target));
