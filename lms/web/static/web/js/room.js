// The list of an evening, also without a network: a tap counts at once, is kept on this device, and
// is sent as soon as that can be. Of one person in one part the mark that was made last counts.

import { later, merge } from "./room_marks.js";

const room = document.querySelector("[data-room]");
const net = document.querySelector("[data-net]");
const store = `room:${room.dataset.room}`;
const SYNC_MS = 15_000;
const forms = new Map();
let kept = load();
let isSending = false;
let isAskedAgain = false;

function load() {
  try {
    return { unsent: [], latest: {}, ...JSON.parse(localStorage.getItem(store) ?? "{}") };
  } catch {
    return { unsent: [], latest: {} };
  }
}

function save() {
  localStorage.setItem(store, JSON.stringify(kept));
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
  document.querySelector("[data-here]").textContent = String(here.size);
}

function say(text, isAway) {
  net.textContent = text;
  net.classList.toggle("net--away", isAway);
}

function tell(trouble) {
  const count = kept.unsent.length;
  if (trouble === "signed-out") say(gettext("You are signed out. Open this page again and sign in: what you tapped is kept here."), true);
  else if (trouble && count)
    say(interpolate(ngettext("Works without a connection; %s change is kept on this tablet.", "Works without a connection; %s changes are kept on this tablet.", count), [count]), true);
  else if (trouble) say(gettext("Works without a connection. What you tap is kept on this tablet."), true);
  else say(count ? gettext("Saving…") : gettext("Saved."), false);
}

async function sync() {
  isAskedAgain = isSending;
  if (isSending) return;
  isSending = true;
  const sending = [...kept.unsent];
  try {
    const answer = await fetch(room.dataset.sync, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "",
      },
      body: JSON.stringify({ now: new Date().toISOString(), marks: sending }),
    });
    if (answer.redirected || answer.status === 403 || answer.status === 404) return tell("signed-out");
    if (!answer.ok) throw new Error(String(answer.status));
    const { taken, latest } = await answer.json();
    const done = new Set(taken);
    kept.unsent = kept.unsent.filter((mark) => !done.has(mark.key));
    // The server's word on what was sent, and ours on what was tapped since.
    kept.latest = merge(Object.fromEntries(latest.map((mark) => [place(mark), mark])), kept.unsent, place);
    save();
    show();
    tell("");
  } catch {
    tell("away");
  } finally {
    isSending = false;
    if (isAskedAgain) sync();
  }
}

function tap(event) {
  event.preventDefault();
  const { enrolment, part, is_present } = event.currentTarget.elements;
  const mark = {
    key: crypto.randomUUID(),
    enrolment: Number(enrolment.value),
    part: Number(part.value),
    is_present: is_present.value === "yes",
    made_at: new Date().toISOString(),
  };
  kept.unsent.push(mark);
  kept.latest[place(mark)] = mark;
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
show();
sync();
setInterval(sync, SYNC_MS);
addEventListener("online", sync);
addEventListener("offline", () => tell("away"));

if ("serviceWorker" in navigator) {
  await navigator.serviceWorker.register(room.dataset.worker);
  navigator.serviceWorker.addEventListener("message", (event) => {
    document.querySelector("[data-kept]").hidden = !event.data.isKept;
  });
  const { active } = await navigator.serviceWorker.ready;
  const used = performance.getEntriesByType("resource").map((entry) => entry.name);
  active.postMessage({ keep: [location.href.split("#")[0], ...used] });
}
