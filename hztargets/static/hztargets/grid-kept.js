/* The input of a row of the grid, and its copy in this browser's storage until the server has it. */

const KEPT_FOR = 7 * 24 * 3600 * 1000;
const OURS = "hztargets:";
const place = document.getElementById("grid")?.dataset.place;
const keyOf = (goal) => `${OURS}${place}:${goal}`;

export const fieldsOf = (row) => [...row.querySelectorAll("input:not([type=hidden]), textarea")];
export const nameIn = (row, field) => field.name.slice(row.id.length + 1);

export function typedIn(row) {
  const values = {};
  for (const field of fieldsOf(row)) values[nameIn(row, field)] = field.type === "checkbox" ? field.checked : field.value;
  return values;
}

export function putInto(row, values) {
  for (const field of fieldsOf(row)) {
    const value = values[nameIn(row, field)];
    if (value === undefined) continue;
    if (field.type === "checkbox") field.checked = value;
    else field.value = value;
  }
}

export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export function remembered(goal) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(goal)));
  } catch {
    return null;
  }
}

export function remember(row) {
  const revision = row.querySelector(`[name="${row.id}-revision"]`).value;
  try {
    localStorage.setItem(keyOf(row.dataset.row), JSON.stringify({ at: Date.now(), revision, values: typedIn(row) }));
  } catch {
    /* Private windows may refuse storage; the row is still saved on the server. */
  }
}

export function forget(goal) {
  try {
    localStorage.removeItem(keyOf(goal));
  } catch {
    /* Without storage there is nothing to remove. */
  }
}

function ourKeys() {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(OURS));
  } catch {
    return [];
  }
}

export function forgetOld() {
  for (const key of ourKeys()) {
    try {
      if (Date.now() - JSON.parse(localStorage.getItem(key)).at < KEPT_FOR) continue;
    } catch {
      /* An unreadable entry is removed. */
    }
    localStorage.removeItem(key);
  }
}
