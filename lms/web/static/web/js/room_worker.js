// Keeps the page of an evening on the tablet, so that it opens without a network, and its groups once
// they were looked at. They go 24 hours after the evening (``Kept-Until``) and at signing out:
// room_kept.js, on every page. What cannot be had without a network leaves somebody where they are,
// and room_away.js says so.

const CACHE = "room";
const ROOM = /^\/avond\/[0-9a-f-]{36}\/(groepen\/(scherm\/)?)?$/;
const SAYS_SO = /^\/avond\/[0-9a-f-]{36}\/(groepen\/)?$/; // has room_away.js
const SENT_FROM_THERE = /^\/avond\/[0-9a-f-]{36}\/(groepen|bevestigen)\//;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const all = Promise.all((event.data.keep ?? []).map(keep));
  event.waitUntil(all.then((kept) => event.source.postMessage({ isKept: kept.every(Boolean) })));
});

async function keep(address) {
  const url = new URL(address);
  if (url.origin !== location.origin || !isKept(url)) return true;
  try {
    await answer(new Request(address));
  } catch {
    // Away from the network just now: what was kept before stays.
  }
  return Boolean(await caches.match(address));
}

function isKept(url) {
  return ROOM.test(url.pathname) || url.pathname.startsWith("/static/") || url.pathname === "/teksten.js";
}

async function answer(request) {
  const fetched = await fetch(request);
  const isOld = Date.parse(fetched.headers.get("Kept-Until")) <= Date.now();
  if (fetched.ok && !fetched.redirected && !isOld)
    await (await caches.open(CACHE)).put(request.url, fetched.clone());
  return fetched;
}

async function fromKept(request, error) {
  const kept = await caches.match(request.url);
  if (!kept && request.mode === "navigate") return stay(request, error);
  const isOld = Date.parse(kept?.headers.get("Kept-Until")) <= Date.now();
  if (isOld) await (await caches.open(CACHE)).delete(request.url);
  if (!kept || isOld) throw error;
  return kept;
}

// An answer without content leaves the page that it was asked from, with what was typed on it.
async function stay(request, error) {
  const windows = await self.clients.matchAll({ type: "window" });
  const pages = windows.filter(({ url }) => url.split("#")[0] === request.referrer && SAYS_SO.test(new URL(url).pathname));
  if (!pages.length) throw error;
  for (const page of pages) page.postMessage({ isAway: true });
  return new Response(null, { status: 204 });
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  const isRead = request.method === "GET";
  if (isRead && isKept(url)) event.respondWith(answer(request).catch((error) => fromKept(request, error)));
  else if (request.mode === "navigate" && (isRead || SENT_FROM_THERE.test(url.pathname)))
    event.respondWith(fetch(request).catch((error) => stay(request, error)));
});
