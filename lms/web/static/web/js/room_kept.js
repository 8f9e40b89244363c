// What the room of an evening left on this device goes 24 hours after the evening, on whatever page
// of the site that is noticed, and at signing out; its pages also once somebody else is signed in.
// What was tapped and not sent yet names nobody: it is sent first, and waits until that works.

const CACHE = "room";
const PREFIX = "room:";
const PATIENCE_MS = 10_000;

function keys() {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function waiting(kept) {
  return (kept.unsent?.length ?? 0) + (kept.unsentRun?.length ?? 0);
}

async function clearPages(goes) {
  if (!("caches" in window) || !(await caches.has(CACHE))) return;
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    const headers = (await cache.match(request))?.headers;
    const until = headers?.get("Kept-Until");
    if (until && goes(Date.parse(until), headers.get("Kept-For"))) await cache.delete(request);
  }
}

// Only what the answer says it took goes: another tab may have tapped meanwhile.
async function send(key) {
  const kept = read(key);
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!token || !kept.sync) return;
  try {
    const answer = await fetch(kept.sync, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({
        now: new Date(Date.now() - (kept.ahead ?? 0)).toISOString(),
        marks: kept.unsent ?? [],
        run: kept.unsentRun ?? [],
      }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!answer.ok || answer.redirected) return;
    const taken = new Set((await answer.json()).taken);
    const rest = (marks) => (marks ?? []).filter((mark) => !taken.has(mark.key));
    const since = read(key);
    const { unsent, unsentRun } = since;
    localStorage.setItem(key, JSON.stringify({ ...since, unsent: rest(unsent), unsentRun: rest(unsentRun) }));
  } catch {
    // Away from the network: it waits.
  }
}

async function sweep() {
  const { who } = document.body.dataset;
  await clearPages((until, whose) => until <= Date.now() || (who && who !== whose));
  for (const key of keys()) {
    const kept = read(key);
    if (kept.until > Date.now()) continue;
    if (waiting(kept)) await send(key);
    if (!waiting(read(key))) localStorage.removeItem(key);
  }
}

// Answers whether to go on: not if somebody would rather keep what could not be sent.
async function letGo() {
  for (const key of keys()) if (waiting(read(key))) await send(key);
  const count = keys().reduce((sum, key) => sum + waiting(read(key)), 0);
  if (count) {
    const words = ngettext("%s change of an evening could not be sent yet. If you sign out now, it is lost. Sign out?", "%s changes of an evening could not be sent yet. If you sign out now, they are lost. Sign out?", count);
    if (!confirm(interpolate(words, [count]))) return false;
  }
  for (const key of keys()) localStorage.removeItem(key);
  return true;
}

async function signOut(event) {
  event.preventDefault();
  const form = event.currentTarget;
  // Whatever a browser does not allow here, signing out always works.
  if (!(await letGo().catch(() => true))) return;
  await clearPages(() => true).catch(() => {});
  form.submit();
}

for (const form of document.querySelectorAll("form[data-sign-out]")) form.addEventListener("submit", signOut);
sweep();

// A page with names that stays open.
const TICK_MS = 60_000;
const names = document.querySelector("[data-names-until]");
const until = Date.parse(names?.dataset.namesUntil);
if (until > Date.now()) setInterval(() => until <= Date.now() && names.replaceChildren(), TICK_MS);
