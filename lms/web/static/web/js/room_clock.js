// Draws the run of the evening as it goes, and hands on what is said of its blocks.

import { placeOf, runOf, wholeMinutes } from "./room_run.js";

const room = document.querySelector("[data-room]");
const card = document.querySelector("[data-now]");
const said = document.querySelector("[data-run-said]");
const rows = [...document.querySelectorAll("[data-block]")];
const names = new Map();
const plan = {
  starts: Date.parse(room.dataset.starts),
  ends: Date.parse(room.dataset.ends),
  blocks: rows.map((row) => ({
    key: row.dataset.block,
    start: Number(row.dataset.start),
    end: Number(row.dataset.end),
    title: row.querySelector("[data-title]").textContent,
    form: row.querySelector("[data-form]")?.textContent ?? "",
  })),
};
let last = "";

for (const option of document.querySelectorAll("[data-say] select[name=value] option"))
  if (option.value) names.set(Number(option.value), option.textContent);

function clock(moment) {
  const [hours, minutes] = new Date(moment)
    .toLocaleTimeString("nl-NL", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Amsterdam" })
    .split(":");
  return interpolate(gettext("%s:%s"), [hours, minutes]);
}

function minutes(count) {
  return interpolate(gettext("%s min"), [count]);
}

function put(where, name, text) {
  const element = where.querySelector(`[${name}]`);
  if (element && element.textContent !== text) element.textContent = text;
}

function left(item, now) {
  const count = wholeMinutes(item.endsAt - now);
  if (count > 0) return interpolate(gettext("%s min left"), [count]);
  return count < 0 ? interpolate(gettext("%s min over"), [-count]) : gettext("time is up");
}

function ending({ endsAt, plannedEnd }) {
  const late = wholeMinutes(endsAt - plannedEnd);
  const words = [interpolate(gettext("Ends at %s"), [clock(endsAt)])];
  if (late > 0) words.push(interpolate(ngettext("%s minute later than planned", "%s minutes later than planned", late), [late]));
  if (late < 0) words.push(interpolate(ngettext("%s minute earlier than planned", "%s minutes earlier than planned", -late), [-late]));
  return words.join(", ");
}

function showRow(row, item) {
  row.classList.toggle("run__item--on", item.isOn);
  row.classList.toggle("run__item--over", item.isOver);
  row.toggleAttribute("aria-current", item.isOn);
  if (item.isOn) row.setAttribute("aria-current", "time");
  put(row, "data-clock", clock(item.startsAt));
  const isMoved = Math.abs(item.startsAt - item.plannedAt) >= 60_000;
  row.querySelector("[data-planned]").hidden = !isMoved;
  put(row, "data-minutes", minutes(item.end - item.start + item.extra));
  put(row, "data-leader", names.get(item.leader) ?? "");
  row.querySelector("[data-leader]").hidden = item.leader === null;
  const choice = row.querySelector("select[name=value]");
  if (choice && choice !== document.activeElement) choice.value = item.leader ?? "";
}

function aim(name, key, value, isShown) {
  const form = card.querySelector(`[data-${name}]`);
  if (!form) return;
  form.hidden = !isShown;
  form.elements.block.value = key ?? "";
  form.elements.value.value = value;
}

function showCard(items, now) {
  const on = items.find((item) => item.isOn);
  const next = items.find((item) => !item.isOn && !item.isOver);
  card.hidden = !on && !(next && isEvening(now));
  card.classList.toggle("now--over", Boolean(on) && on.endsAt <= now);
  card.querySelector("[data-now-on]").hidden = !on;
  if (on) {
    put(card, "data-now-title", on.title);
    put(card, "data-now-form", on.form);
    put(card, "data-now-leader", names.get(on.leader) ?? "");
    put(card, "data-now-left", left(on, now));
    put(card, "data-now-until", interpolate(gettext("until %s"), [clock(on.endsAt)]));
    const bar = card.querySelector("[data-now-bar]");
    bar.max = on.endsAt - on.startsAt;
    bar.value = Math.min(now - on.startsAt, bar.max);
  }
  aim("longer", on?.key, (on?.extra ?? 0) + 5, Boolean(on));
  aim("shorter", on?.key, Math.max(0, (on?.extra ?? 0) - 5), Boolean(on?.extra));
  aim("undo", on?.key, 0, Boolean(on?.wasBegun));
  aim("next", next?.key, 1, Boolean(next));
  card.querySelector("[data-now-next]").hidden = !next;
  if (next) put(card, "data-next-title", interpolate(gettext("%s at %s"), [next.title, clock(next.startsAt)]));
  tell(on, now);
}

// Heard once when another block is on or its time is up: never a second that passes.
function tell(on, now) {
  const words = !on ? "" : on.endsAt <= now ? interpolate(gettext("Time is up: %s"), [on.title]) : interpolate(gettext("Now: %s"), [on.title]);
  if (words === last) return;
  if (last) said.textContent = words;
  last = words;
}

function isEvening(now) {
  return now >= plan.starts - 120 * 60_000 && now < plan.ends + 120 * 60_000;
}

export function show(marks, now) {
  const run = runOf(plan, marks, now);
  rows.forEach((row, place) => showRow(row, run.items[place]));
  showCard(run.items, now);
  put(document, "data-run-end", ending(run));
  for (const button of document.querySelectorAll("[data-only-evening]")) button.hidden = !isEvening(now);
}

export function listen(say) {
  for (const form of document.querySelectorAll("[data-say]")) {
    if (form.elements.value.tagName === "SELECT") form.elements.value.addEventListener("change", () => form.requestSubmit());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { block, kind, value } = form.elements;
      say({ block: block.value, kind: kind.value, value: value.value === "" ? null : Number(value.value) });
    });
  }
}

export { placeOf };
