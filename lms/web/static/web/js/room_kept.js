// What the room of an evening left on this device goes 24 hours after the evening, on whatever page
// of the site that is noticed, and at signing out. What was tapped and not sent yet names nobody: it
// is sent first, and waits until that works.

const CACHE = "room";
const PREFIX = "room:";
const signOut = document.querySelector("form[data-sign-out]");

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

async function clearPages(isOld) {
  if (!("caches" in window) || !(await caches.has(CACHE))) return;
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    const until = (await cache.match(request))?.headers.get("Kept-Until");
    if (until && isOld(Date.parse(until))) await cache.delete(request);
  }
}

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
    });
    if (answer.ok && !answer.redirected) localStorage.removeItem(key);
  } catch {
    // Away from the network: it waits.
  }
}

async function sweep() {
  await clearPages((until) => until <= Date.now());
  for (const key of keys()) {
    const kept = read(key);
    if (kept.until > Date.now()) continue;
    if (waiting(kept)) await send(key);
    else localStorage.removeItem(key);
  }
}

signOut?.addEventListener("submit", async (event) => {
  event.preventDefault();
  for (const key of keys()) if (waiting(read(key))) await send(key);
  const count = keys().reduce((sum, key) => sum + waiting(read(key)), 0);
  const words = ngettext("%s change of an evening could not be sent yet. If you sign out now, it is lost. Sign out?", "%s changes of an evening could not be sent yet. If you sign out now, they are lost. Sign out?", count);
  if (count && !confirm(interpolate(words, [count]))) return;
  for (const key of keys()) localStorage.removeItem(key);
  await clearPages(() => true);
  signOut.submit();
});

sweep();
