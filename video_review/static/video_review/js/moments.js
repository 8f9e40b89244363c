// Placing, changing, linking and removing moments. Each has an id of its own from the start, so
// that sending it twice makes one moment.

import { post } from "./autosave_post.js";
import { detailsOf, draw, field, itemsOf, makeNode, momentsOf, place, setKind, setTime } from "./moments_list.js";
import { timecode } from "./player_controls.js";

const AFTER_TYPING_MS = 1500;
const RETRY_MS = 5000;
const DRAFT = "moment:";

export function startMoments({ root, player, drafts, notice }) {
  const list = root.querySelector("[data-moments]");
  const queue = new Map(); // id → what to send
  let timer = null;
  let sending = null;
  const redraw = () => draw(root, list, player);

  root.addEventListener("click", (event) => {
    const pressed = (name) => event.target.closest(`[data-${name}]`);
    if (pressed("flag")) add(pressed("flag").dataset.flag);
    else if (pressed("moment-now")) moveToNow(ownNode(event.target));
    else if (pressed("moment-remove")) remove(ownNode(event.target));
    else if (pressed("link")) togglePanel(pressed("link"));
    else if (pressed("link-new")) linkNew(pressed("link-new"));
    else if (pressed("link-to")) toggleLink(pressed("link-to"));
  });
  list.addEventListener("input", ({ target }) => {
    const node = ownNode(target);
    if (!node) return;
    if (target.dataset.momentField === "kind") setKind(node, target.value);
    keep(node, target.matches("textarea") ? AFTER_TYPING_MS : 0);
  });
  for (const event of ["online", "focus"]) globalThis.addEventListener(event, () => flush());
  globalThis.addEventListener("pagehide", () => flush({ keepalive: true }));

  function ownNode(target) {
    return target.closest("[data-own]");
  }

  function add(kind, items = []) {
    const node = makeNode({ id: newId(), at_ms: player.currentMs(), kind, quote: "", note: "", items });
    place(list, node);
    keep(node, 0);
    notice.say(interpolate(gettext("Moment placed at %s"), [timecode(player.currentMs())]));
    return node;
  }

  function addAndEdit() {
    const node = add("question");
    node.querySelector("details").open = true;
    node.querySelector("[data-moment-field=kind]:checked").focus();
    node.scrollIntoView({ block: "nearest" });
  }

  function moveToNow(node) {
    setTime(node, player.currentMs());
    place(list, node);
    keep(node, 0);
  }

  function remove(node) {
    const { at } = node.dataset;
    const gone = document.createElement("li");
    gone.className = "moment moment--gone";
    const back = document.createElement("button");
    back.type = "button";
    back.className = "button button--small button--quiet";
    back.textContent = gettext("Put back");
    gone.append(interpolate(gettext("Moment at %s removed."), [timecode(Number(at))]), " ", back);
    back.addEventListener("click", () => {
      gone.replaceWith(node);
      keep(node, 0);
      node.querySelector("summary").focus();
    });
    node.replaceWith(gone);
    back.focus();
    put(node.dataset.moment, { isRemoved: true, body: { id: node.dataset.moment } }, 0);
  }

  function keep(node, wait) {
    put(node.dataset.moment, { isRemoved: false, body: detailsOf(node) }, wait);
  }

  function put(id, change, wait) {
    queue.set(id, change);
    drafts.keep(DRAFT + id, change);
    redraw();
    plan(wait);
  }

  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(flush, wait);
  }

  async function flush({ keepalive = false } = {}) {
    clearTimeout(timer);
    if (sending) await sending;
    sending = sendAll(keepalive);
    await sending;
    sending = null;
    return !queue.size;
  }

  async function sendAll(keepalive) {
    for (const [id, change] of [...queue]) {
      if (change.isRefused) continue;
      const url = change.isRemoved ? root.dataset.momentDelete : root.dataset.momentSave;
      const result = await post(url, change.body, { keepalive });
      if (result.kind !== "answered") return stay(result.kind);
      take(id, change, result.answer);
    }
    return undefined;
  }

  function take(id, change, answer) {
    const node = list.querySelector(`[data-moment="${id}"]`);
    const complaints = Object.values(answer.errors ?? {}).flat();
    const place_ = node?.querySelector("[data-moment-error]");
    if (place_) {
      place_.hidden = !complaints.length;
      place_.textContent = complaints.map((one) => one.message).join(" ");
    }
    if (complaints.length) {
      change.isRefused = true;
      node?.querySelector("details")?.setAttribute("open", "");
      return;
    }
    drafts.forget(DRAFT + id, change);
    if (queue.get(id) === change) queue.delete(id);
    notice.saved("moments", answer.clock);
  }

  function stay(kind) {
    for (const [id, change] of queue) drafts.keep(DRAFT + id, change);
    notice.trouble("moments", kind);
    if (kind !== "sent" && kind !== "gone") plan(RETRY_MS);
  }

  function restore(kept) {
    for (const [name, change] of kept) {
      const id = name.slice(DRAFT.length);
      list.querySelector(`[data-moment="${id}"]`)?.remove();
      if (!change.isRemoved) place(list, makeNode(change.body));
      queue.set(id, change);
    }
    if (kept.length) plan(0);
  }

  function togglePanel(button) {
    const panel = panelOf(button);
    const isOpen = panel.hidden;
    panel.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) fillPanel(panel);
  }

  function panelOf(target) {
    return target.closest("[data-item]").querySelector("[data-link-panel]");
  }

  function fillPanel(panel) {
    const code = panel.closest("[data-item]").dataset.item;
    const own = momentsOf(list).filter((one) => one.isOwn);
    const choices = own.map(({ node, at, items }) => {
      const excerpt = field(node, "note").value || field(node, "quote").value;
      const choice = panelButton(`${timecode(at)} ${excerpt}`.trim(), "linkTo", node.dataset.moment);
      choice.setAttribute("aria-pressed", String(items.includes(code)));
      return choice;
    });
    const now = interpolate(gettext("New moment at %s"), [timecode(player?.currentMs() ?? 0)]);
    panel.replaceChildren(...(player ? [panelButton(now, "linkNew", code)] : []), ...choices);
  }

  function panelButton(words, name, value) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-panel__choice tabular";
    button.dataset[name] = value;
    button.textContent = words;
    return button;
  }

  function linkNew(button) {
    const panel = panelOf(button);
    add("question", [button.dataset.linkNew]);
    fillPanel(panel);
    panel.querySelector("[aria-pressed=true]").focus();
  }

  function toggleLink(button) {
    const code = button.closest("[data-item]").dataset.item;
    const node = list.querySelector(`[data-moment="${button.dataset.linkTo}"]`);
    const items = new Set(itemsOf(node));
    if (!items.delete(code)) items.add(code);
    node.dataset.items = [...items].join(" ");
    button.setAttribute("aria-pressed", String(items.has(code)));
    keep(node, 0);
  }

  redraw();
  return { addAndEdit, flush, restore, redraw, isDraft: (name) => name.startsWith(DRAFT) };
}

function newId() {
  if (globalThis.crypto.randomUUID) return globalThis.crypto.randomUUID();
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
