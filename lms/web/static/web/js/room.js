// The list of an evening, also without a network: a tap counts at once, is kept on this device, and
// is sent as soon as that can be. Of one person in one part the mark that was made last counts.

import { listen, placeOf, show as showRun } from "./room_clock.js";
import { later, merge } from "./room_marks.js";

const room = document.querySelector("[data-room]");
const net = document.querySelector("[data-net]");
const store = `room:${room.dataset.room}`;
const SYNC_MS = 15_000;
const TICK_MS = 5_000;
const forms = new Map();
const empty = { unsent: [], latest: {}, unsentRun: [], run: {}, ahead: 0 };
let kept = load();
const until = Date.parse(room.dataset.until);
const wasKept = until > Date.now();
const settled = new Set();
let isSending = false;
let isAskedAgain = false;

function load() {
  try {
    return { ...empty, ...JSON.parse(localStorage.getItem(store) ?? "{}") };
  } catch {
    return { ...empty };
  }
}

// What another tab of this page tapped meanwhile stays, and nothing is left once the day is over.
function save() {
  const stored = load();
  for (const list of ["unsent", "unsentRun"]) {
    const mine = new Set(kept[list].map((mark) => mark.key));
    kept[list].push(...stored[list].filter((mark) => !mine.has(mark.key) && !settled.has(mark.key)));
  }
  if (until <= Date.now() && !kept.unsent.length && !kept.unsentRun.length) localStorage.removeItem(store);
  else localStorage.setItem(store, JSON.stringify({ ...kept, sync: room.dataset.sync, until }));
}

// By the clock of the server, as far as this device knows how far its own is off.
function now() {
  return Date.now() - kept.ahead;
}

function setClock(serverNow, sentAt) {
  const ahead = (sentAt + Date.now()) / 2 - Date.parse(serverNow);
  const change = ahead - kept.ahead;
  for (const mark of [...kept.unsent, ...kept.unsentRun])
    mark.made_at = new Date(Date.parse(mark.made_at) - change).toISOString();
  kept.ahead = ahead;
}

function place(mark) {
  return `${mark.enrolment}-${mark.part}`;
}

function show() {
  const here = new Set();
  for (const [where, form] of forms) {
    const mark = kept.latest[where];
    const isPresent = Boolean(mark?.is_present);
    form.querySelector("button").setAttribute("aria-pressed", String(isPresent));
    form.elements.is_present.value = isPresent ? "no" : "yes";
    if (isPresent) here.add(form.elements.enrolment.value);
  }
  if (forms.size) document.querySelector("[data-here]").textContent = String(here.size);
  showRun(kept.run, now());
}

function status(text, isAway) {
  net.textContent = text;
  net.classList.toggle("net--away", isAway);
}

function tell(trouble) {
  const count = kept.unsent.length + kept.unsentRun.length;
  if (trouble === "signed-out") status(gettext("You are signed out. Open this page again and sign in: what you tapped is kept here."), true);
  else if (trouble === "confirmed") status(gettext("The list has been confirmed. Open this page again to see it."), true);
  else if (trouble && count)
    status(interpolate(ngettext("Works without a connection; %s change is kept on this tablet.", "Works without a connection; %s changes are kept on this tablet.", count), [count]), true);
  else if (trouble) status(gettext("Works without a connection. What you tap is kept on this tablet."), true);
  else status(count ? gettext("Saving…") : gettext("Saved."), false);
}

async function sync() {
  isAskedAgain = isSending;
  if (isSending) return;
  isSending = true;
  const sentAt = Date.now();
  try {
    const answer = await fetch(room.dataset.sync, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "",
      },
      body: JSON.stringify({ now: new Date(now()).toISOString(), marks: kept.unsent, run: kept.unsentRun }),
    });
    if (answer.redirected || answer.status === 403 || answer.status === 404) return tell("signed-out");
    if (!answer.ok) throw new Error(String(answer.status));
    const { taken, latest, run, now: serverNow, is_confirmed: isConfirmed } = await answer.json();
    for (const key of taken) settled.add(key);
    kept.unsent = kept.unsent.filter((mark) => !settled.has(mark.key));
    kept.unsentRun = kept.unsentRun.filter((mark) => !settled.has(mark.key));
    setClock(serverNow, sentAt);
    // The server's word on what was sent, and ours on what was tapped since.
    kept.latest = merge(Object.fromEntries(latest.map((mark) => [place(mark), mark])), kept.unsent, place);
    kept.run = merge(Object.fromEntries(run.map((mark) => [placeOf(mark), mark])), kept.unsentRun, placeOf);
    save();
    show();
    if (isConfirmed && !("confirmed" in room.dataset)) return tell("confirmed");
    tell("");
  } catch {
    tell("away");
  } finally {
    isSending = false;
    if (isAskedAgain) sync();
  }
}

// The names go at once, also when the page cannot be had again.
function leave() {
  document.querySelector("main").replaceChildren();
  location.reload();
}

function tap(event) {
  event.preventDefault();
  const { enrolment, part, is_present, way } = event.currentTarget.elements;
  const mark = {
    key: crypto.randomUUID(),
    enrolment: Number(enrolment.value),
    part: Number(part.value),
    is_present: is_present.value === "yes",
    way: way.value,
    made_at: new Date(now()).toISOString(),
  };
  kept.unsent.push(mark);
  kept.latest[place(mark)] = mark;
  keep();
}

function say(words) {
  const mark = { ...words, key: crypto.randomUUID(), made_at: new Date(now()).toISOString() };
  kept.unsentRun.push(mark);
  kept.run[placeOf(mark)] = mark;
  keep();
}

function keep() {
  save();
  show();
  tell(navigator.onLine ? "" : "away");
  sync();
}

for (const form of document.querySelectorAll("[data-mark]")) {
  const where = `${form.elements.enrolment.value}-${form.elements.part.value}`;
  forms.set(where, form);
  form.addEventListener("submit", tap);
  if (form.dataset.key) {
    const shown = {
      key: form.dataset.key,
      enrolment: Number(form.elements.enrolment.value),
      part: Number(form.elements.part.value),
      is_present: form.querySelector("button").getAttribute("aria-pressed") === "true",
      made_at: form.dataset.madeAt,
    };
    kept.latest[where] = later(kept.latest[where], shown);
  }
}
kept.latest = merge(kept.latest, kept.unsent, place);
kept.run = merge(merge(kept.run, JSON.parse(room.dataset.run), placeOf), kept.unsentRun, placeOf);
listen(say);
show();
sync();
setInterval(sync, SYNC_MS);
setInterval(() => {
  if (wasKept && until <= Date.now()) leave();
  else showRun(kept.run, now());
}, TICK_MS);
addEventListener("online", sync);
addEventListener("offline", () => tell("away"));

if ("serviceWorker" in navigator) {
  await navigator.serviceWorker.register(room.dataset.worker);
  navigator.serviceWorker.addEventListener("message", (event) => {
    if ("isKept" in event.data) document.querySelector("[data-kept]").hidden = !event.data.isKept;
  });
  const { active } = await navigator.serviceWorker.ready;
  const used = performance.getEntriesByType("resource").map((entry) => entry.name);
  active.postMessage({ keep: [location.href.split("#")[0], ...used] });
}
