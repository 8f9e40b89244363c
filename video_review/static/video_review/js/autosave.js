// Sends what changed shortly after it changed. Until the server has it, it stays in the drafts.

import { same } from "./autosave_drafts.js";
import { has, read, write } from "./autosave_fields.js";
import { post } from "./autosave_post.js";

const AFTER_TYPING_MS = 1500;
const AFTER_CHOOSING_MS = 300;
const FIRST_RETRY_MS = 3000;
const LONGEST_RETRY_MS = 30_000;

export function startAutosave({ form, url, drafts, seen, notice }) {
  const dirty = new Set();
  const refused = new Set();
  let timer = null;
  let sending = null;
  let retryMs = FIRST_RETRY_MS;

  form.addEventListener("input", ({ target }) => {
    if (!target.name || target.type === "hidden") return;
    refused.delete(target.name);
    change(target.name, target.matches("textarea") ? AFTER_TYPING_MS : AFTER_CHOOSING_MS);
  });
  globalThis.addEventListener("online", again);
  globalThis.addEventListener("focus", again);
  globalThis.addEventListener("pagehide", () => flush({ keepalive: true }));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) flush({ keepalive: true });
    else again();
  });

  function change(name, wait) {
    dirty.add(name);
    drafts.keep(name, read(form, name));
    plan(wait);
  }

  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(flush, wait);
  }

  function again() {
    if (waiting().length) flush();
  }

  function waiting() {
    return [...dirty].filter((name) => !refused.has(name));
  }

  // One request at a time, so that what was typed last arrives last.
  async function flush({ keepalive = false } = {}) {
    clearTimeout(timer);
    if (sending) await sending;
    if (!waiting().length) return !dirty.size;
    sending = send(keepalive);
    await sending;
    sending = null;
    return !dirty.size;
  }

  async function send(keepalive) {
    const fields = Object.fromEntries(waiting().map((name) => [name, read(form, name)]));
    const result = await post(url, { fields, seen: seen.get() }, { keepalive });
    if (result.kind === "answered") take(fields, result.answer);
    else stay(fields, result.kind);
  }

  function take(fields, answer) {
    retryMs = FIRST_RETRY_MS;
    seen.set(answer.saved_at);
    for (const [name, sent] of Object.entries(fields)) {
      const complaints = answer.errors[name];
      complain(name, complaints);
      if (complaints) {
        refused.add(name);
        continue;
      }
      drafts.forget(name, sent);
      if (same(read(form, name), sent)) dirty.delete(name);
    }
    notice.saved("form", answer.clock);
    if (answer.elsewhere) adopt(answer.fields);
    if (waiting().length) plan(AFTER_CHOOSING_MS);
  }

  // Another tab or device saved as well: what is not being changed here follows it.
  function adopt(fields) {
    const changed = Object.entries(fields).filter(
      ([name, value]) => has(form, name) && !dirty.has(name) && !same(read(form, name), value),
    );
    for (const [name, value] of changed) write(form, name, value);
    form.dispatchEvent(new CustomEvent("review:filled"));
    notice.elsewhere();
  }

  function stay(fields, kind) {
    // Signing out empties this browser's store: put back what the page still has.
    for (const [name, value] of Object.entries(fields)) drafts.keep(name, value);
    notice.trouble("form", kind);
    if (kind !== "sent" && kind !== "gone") plan(retryMs);
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
  }

  function complain(name, complaints) {
    const words = form.querySelector(`[data-words="${name}"]`);
    if (!words) return;
    words.classList.toggle("words--error", Boolean(complaints));
    words.querySelector("[data-error]").hidden = !complaints;
    words.querySelector("[data-error-words]").textContent = (complaints ?? [])
      .map((one) => one.message)
      .join(" ");
    words.querySelector("textarea").setAttribute("aria-invalid", String(Boolean(complaints)));
  }

  function restore(kept) {
    const lost = kept.filter(([name, value]) => has(form, name) && !same(read(form, name), value));
    for (const [name, value] of kept) {
      if (!lost.some(([other]) => other === name)) drafts.forget(name, value);
    }
    for (const [name, value] of lost) {
      write(form, name, value);
      dirty.add(name);
    }
    if (!lost.length) return;
    form.dispatchEvent(new CustomEvent("review:filled"));
    notice.restored();
    plan(0);
  }

  return { flush, restore, change: (name) => change(name, AFTER_CHOOSING_MS) };
}
