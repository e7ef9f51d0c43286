/* The filing grid with JavaScript: every changed row is saved as a draft after a pause, the input is stored in this
   browser until the server has it, and keys move between figures. Without this file the page's buttons do the same
   work. htmx sends the rows; this module decides when, and shows the state. */

import { fieldsOf, forget, forgetOld, nameIn, putInto, remember, remembered, same, typedIn } from "./grid-kept.js";

const PAUSE = 700;
const RETRY_FIRST = 2000;
const RETRY_LONGEST = 60000;

const grid = () => document.getElementById("grid");
const rows = () => [...document.querySelectorAll("tr[data-row]")];
const remarks = (row) => row.querySelector(".remarks");

/* Saving. `work` holds for each row: the timer, the values that were sent, and the values the server refused. */

const work = new Map();
let savedAt = "";
let trouble = "";
let delay = RETRY_FIRST;
let retry = 0;

const of = (row) => work.get(row.id) ?? work.set(row.id, { timer: 0, sent: null, refused: null }).get(row.id);
const isDirty = (row) => row.hasAttribute("data-unsaved");
const isWaiting = (row) => isDirty(row) && !same(of(row).refused, typedIn(row)) && row.dataset.state !== "conflict";

function changed(row) {
  row.setAttribute("data-unsaved", "");
  remember(row);
  clearTimeout(of(row).timer);
  of(row).timer = setTimeout(() => save(row), PAUSE);
  tell();
}

function save(row) {
  clearTimeout(of(row).timer);
  if (!isWaiting(row) || of(row).sent || !row.isConnected) return;
  if (!navigator.onLine) return lost("offline");
  of(row).sent = typedIn(row);
  htmx.trigger(row, "keep");
  tell();
}

const saveAll = () => rows().filter(isWaiting).forEach(save);

function taken(row) {
  const state = of(row);
  const answer = remarks(row);
  const isSame = same(state.sent, typedIn(row));
  row.dataset.state = answer.dataset.state;
  if (isSame) mark(row, answer);
  if (answer.dataset.outcome === "saved") {
    savedAt = answer.dataset.at;
    state.refused = null;
    if (isSame) {
      row.removeAttribute("data-unsaved");
      forget(row.dataset.row);
    } else remember(row);
  } else state.refused = state.sent;
  state.sent = null;
  trouble = "";
  delay = RETRY_FIRST;
  if (isWaiting(row)) save(row);
  tell();
}

function mark(row, answer) {
  const wrong = answer.dataset.wrong.split(" ");
  const doubtful = answer.dataset.doubt.split(" ");
  for (const field of fieldsOf(row)) {
    const name = nameIn(row, field);
    if (wrong.includes(name)) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    field.toggleAttribute("data-doubt", doubtful.includes(name));
  }
  if (answer.hasAttribute("data-opens-words")) row.querySelector("details").open = true;
}

/* Input that could not be sent stays in the page and in this browser. */
function lost(kind) {
  trouble = kind;
  clearTimeout(retry);
  if (kind === "offline") {
    retry = setTimeout(saveAll, delay);
    delay = Math.min(delay * 2, RETRY_LONGEST);
  }
  tell();
}

function tell() {
  const words = grid()?.dataset;
  if (!words) return;
  const left = rows().filter(isDirty);
  const isBusy = left.some((row) => of(row).sent);
  const refused = left.filter((row) => !isWaiting(row)).length;
  const state = document.getElementById("save-state");
  let text = "";
  if (trouble === "offline" || trouble === "failed") text = words[trouble];
  else if (isBusy) text = words.saving;
  else if (left.length > refused) text = words.typing;
  else if (refused) text = `${words.unsaved} ${refused}`;
  else if (savedAt) text = `${words.saved} ${savedAt}`;
  if (state.textContent !== text) state.textContent = text;
  state.classList.toggle("late", Boolean(trouble || refused));
  document.getElementById("session-ended").hidden = trouble !== "ended";
  const ready = rows().filter((row) => row.dataset.state === "ready").length;
  const button = document.querySelector("button[data-file]");
  button.textContent = ready ? words.file.replace("#", ready) : button.dataset.empty;
}

/* Filing waits until the drafts of all rows are answered, so that a row does not conflict with its own draft. */

async function settled() {
  saveAll();
  while (rows().some((row) => of(row).sent)) await new Promise((done) => setTimeout(done, 50));
}

let isFiling = false;

async function file() {
  if (isFiling) return;
  isFiling = true;
  await settled();
  if (trouble) isFiling = false;
  else {
    const before = new Map(rows().map((row) => [row.dataset.row, typedIn(row)]));
    await send(grid(), { file: "" }, { target: "#content", select: "#content", swap: "outerHTML show:window:top" });
    isFiling = false;
    if (trouble) return;
    for (const [goal, values] of before) {
      const kept = remembered(goal);
      if (document.querySelector(`[data-locked="${goal}"]`) && kept && same(kept.values, values)) forget(goal);
    }
    begin();
    document.querySelector(".message")?.scrollIntoView({ block: "nearest" });
  }
}

async function decide(button) {
  const row = button.closest("tr[data-row]");
  await settled();
  await send(row, { [button.name]: button.value }, { target: `#${row.id}`, swap: "outerHTML" });
  if (trouble) return;
  forget(row.dataset.row);
  work.delete(row.id);
  document.getElementById(`${row.id}-value`)?.focus();
  tell();
}

async function send(source, values, how) {
  const path = source.getAttribute("hx-post") ?? source.getAttribute("action");
  try {
    await htmx.ajax("POST", path, { source, values, ...how });
  } catch {
    lost(trouble || "offline");
  }
}

/* Moving with the keyboard. */

function move(figure, step) {
  const figures = [...document.querySelectorAll("input[data-figure]")];
  const next = figures[figures.indexOf(figure) + step];
  if (!next) return;
  next.focus();
  next.select();
}

function pressed(event) {
  if (!grid() || event.isComposing) return;
  const isCommand = event.ctrlKey || event.metaKey;
  if (isCommand && event.key.toLowerCase() === "s") {
    event.preventDefault();
    saveAll();
  } else if (isCommand && event.key === "Enter") {
    event.preventDefault();
    file();
  } else if (event.target.matches("#grid input")) {
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    const isFigure = event.target.hasAttribute("data-figure");
    if (event.key === "Enter" || (step && isFigure)) event.preventDefault();
    if (step && isFigure) move(event.target, step);
  }
}

/* At the start, rows take input that is stored in this browser and not on the server. */

function begin() {
  if (!grid()) return;
  for (const button of document.querySelectorAll("[data-plain]")) button.hidden = true;
  const button = document.querySelector("button[data-file]");
  button.dataset.empty = button.textContent.trim();
  work.clear();
  for (const row of rows()) {
    const kept = remembered(row.dataset.row);
    if (kept && !same(kept.values, typedIn(row))) restore(row, kept);
    else if (kept && !isDirty(row)) forget(row.dataset.row);
    if (isDirty(row)) changed(row);
  }
  for (const row of document.querySelectorAll("[data-locked]")) showLeftOver(row);
  tell();
}

/* Restores the revision too, so that the server notices a change by somebody else. */
function restore(row, kept) {
  putInto(row, kept.values);
  row.querySelector(`[name="${row.id}-revision"]`).value = kept.revision;
  row.setAttribute("data-unsaved", "");
  const note = document.createElement("p");
  note.className = "info";
  note.textContent = grid().dataset.restored;
  remarks(row).append(note);
  if (Object.entries(kept.values).some(([name, value]) => value && name !== "value")) row.querySelector("details").open = true;
}

function showLeftOver(row) {
  const kept = remembered(row.dataset.locked);
  const note = row.querySelector(".typed-here");
  if (!kept || !note) return;
  note.hidden = false;
  note.querySelector("b").textContent = Object.values(kept.values).filter((value) => value && value !== true).join(" · ");
  note.querySelector("button").addEventListener("click", () => {
    forget(row.dataset.locked);
    note.hidden = true;
  });
}

document.addEventListener("input", (event) => {
  const row = event.target.closest("tr[data-row]");
  if (row) changed(row);
});
document.addEventListener("focusout", (event) => {
  const row = event.target.closest?.("tr[data-row]");
  if (row && !row.contains(event.relatedTarget)) save(row);
});
document.addEventListener("keydown", pressed);
document.addEventListener("submit", (event) => {
  if (event.target !== grid()) return;
  event.preventDefault();
  if (event.submitter?.hasAttribute("data-decides")) decide(event.submitter);
  else file();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") saveAll();
});
addEventListener("online", () => {
  delay = RETRY_FIRST;
  trouble = "";
  saveAll();
  tell();
});
addEventListener("offline", () => lost("offline"));

/* The token is read for each request, because a log-in in another window changes it. A row sends only its own fields. */
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (token) event.detail.headers["X-CSRFToken"] = token[1];
  const row = event.target.closest("tr[data-row]");
  if (!row) return;
  for (const name of [...event.detail.formData.keys()]) {
    if (!name.startsWith(`${row.id}-`)) event.detail.formData.delete(name);
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  const row = event.target.closest?.("tr[data-row]");
  if (row && event.target.id === `${row.id}-remarks` && of(row).sent) taken(row);
});
document.addEventListener("htmx:responseError", (event) => {
  free(event.target);
  const status = event.detail.xhr.status;
  lost(status === 401 ? "ended" : status >= 500 || status === 429 ? "offline" : "failed");
});
for (const broken of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(broken, (event) => {
    free(event.target);
    lost("offline");
  });
}

function free(target) {
  const row = target.closest?.("tr[data-row]");
  if (row) of(row).sent = null;
}

forgetOld();
begin();
