// The moments as they stand on the page: the list is the truth, marks and chips are drawn from it.

import { timecode } from "./player_controls.js";

export function momentsOf(list) {
  return [...list.querySelectorAll("[data-moment]")]
    .map((node) => ({
      node,
      id: node.dataset.moment,
      at: Number(node.dataset.at),
      kind: node.dataset.kind,
      items: itemsOf(node),
      isOwn: "own" in node.dataset,
    }))
    .sort((one, other) => one.at - other.at);
}

export function itemsOf(node) {
  return node.dataset.items.split(" ").filter(Boolean);
}

export function detailsOf(node) {
  return {
    id: node.dataset.moment,
    at_ms: Number(node.dataset.at),
    kind: node.dataset.kind,
    quote: field(node, "quote").value,
    note: field(node, "note").value,
    items: itemsOf(node),
  };
}

export function makeNode({ id, at_ms: at, kind, quote, note, items }) {
  const mould = document.getElementById("moment-template").content;
  const node = mould.querySelector("[data-moment]").cloneNode(true);
  node.dataset.moment = id;
  node.dataset.items = items.join(" ");
  for (const radio of node.querySelectorAll("[data-moment-field=kind]")) radio.name = `kind-${id}`;
  field(node, "quote").value = quote;
  field(node, "note").value = note;
  setKind(node, kind);
  setTime(node, at);
  return node;
}

export function setKind(node, kind) {
  node.dataset.kind = kind;
  for (const radio of node.querySelectorAll("[data-moment-field=kind]")) {
    radio.checked = radio.value === kind;
  }
}

export function setTime(node, at) {
  node.dataset.at = Math.round(at);
  const button = node.querySelector("[data-seek]");
  button.dataset.seek = Math.round(at);
  button.querySelector("[data-time]").textContent = timecode(at);
}

export function place(list, node) {
  const later = momentsOf(list).find((one) => one.at > Number(node.dataset.at));
  list.insertBefore(node, later && later.node !== node ? later.node : null);
}

export function field(node, name) {
  return node.querySelector(`[data-moment-field=${name}]`);
}

export function draw(root, list, player) {
  const moments = momentsOf(list);
  root.querySelector("[data-moment-count]").textContent = moments.length;
  root.querySelector("[data-moments-empty]").hidden = moments.length > 0;
  for (const { node, items } of moments) {
    const linked = node.querySelector("[data-linked]");
    if (linked) linked.textContent = items.join(" ");
    const excerpt = node.querySelector("[data-excerpt]");
    if (excerpt) excerpt.textContent = field(node, "note").value || field(node, "quote").value;
  }
  drawChips(root, moments);
  if (player) drawMarks(player, moments);
}

function drawChips(root, moments) {
  for (const item of root.querySelectorAll("[data-item]")) {
    const chips = item.querySelector("[data-chips]");
    if (!chips) continue;
    const linked = moments.filter((one) => one.items.includes(item.dataset.item));
    chips.hidden = !linked.length;
    chips.replaceChildren(...linked.map(({ at }) => chip(at)));
  }
}

function chip(at) {
  const node = document.getElementById("chip-template").content.firstElementChild.cloneNode(true);
  const button = node.querySelector("button");
  button.dataset.seek = at;
  button.querySelector("[data-chip-time]").textContent = timecode(at);
  button.setAttribute("aria-label", interpolate(gettext("Go to %s"), [timecode(at)]));
  return node;
}

function drawMarks(player, moments) {
  const track = player.root.querySelector("[data-player-moments]");
  const all = player.durationMs();
  track.hidden = !moments.length || !all;
  track.replaceChildren(
    ...moments.map(({ node, at, kind, isOwn }) => {
      const mark = document.getElementById("mark-template").content.firstElementChild.cloneNode(true);
      const button = mark.querySelector("button");
      const words = node.querySelector(`.moment__kind--${kind}`).textContent.trim();
      mark.dataset.kind = kind;
      mark.classList.toggle("moment-mark--other", !isOwn);
      mark.style.insetInlineStart = `${Math.min(100, (at / all) * 100)}%`;
      button.dataset.seek = at;
      button.setAttribute("aria-label", `${timecode(at)} ${words}`);
      button.title = `${timecode(at)} ${words}`;
      return mark;
    }),
  );
}
