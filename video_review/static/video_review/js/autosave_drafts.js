// What one typed and the server does not have yet, kept in this browser: one entry per field, so
// that two tabs never wipe each other's words. Gone once saved, at sign-out, and after a day.

const ALL = "draft:";
const DAY_MS = 24 * 60 * 60 * 1000;

export function openDrafts(prefix) {
  removeOld();
  return {
    keep: (name, value) => write(prefix + name, JSON.stringify({ value, at: Date.now() })),
    forget(name, value) {
      const kept = read(prefix + name);
      if (kept && same(kept.value, value)) localStorage.removeItem(prefix + name);
    },
    all: () =>
      keys()
        .filter((key) => key.startsWith(prefix))
        .map((key) => [key.slice(prefix.length), read(key).value]),
  };
}

export function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function removeOld() {
  for (const key of keys()) {
    const kept = read(key);
    if (!kept || Date.now() - kept.at > DAY_MS) localStorage.removeItem(key);
  }
}

function keys() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(ALL));
  } catch (error) {
    if (error instanceof DOMException) return []; // this browser keeps nothing
    throw error;
  }
}

function read(key) {
  const text = localStorage.getItem(key);
  return text === null ? null : JSON.parse(text);
}

// Without room or leave to keep it, the words are still on the page.
function write(key, text) {
  try {
    localStorage.setItem(key, text);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
