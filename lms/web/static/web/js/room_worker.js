// Keeps the page of an evening on the tablet, so that it opens without a network. It goes
// 24 hours after the evening (``Kept-Until``) and at signing out: room_kept.js, on every page.

const CACHE = "room";
const ROOM = /^\/avond\/[0-9a-f-]{36}\/$/;

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

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || !isKept(url)) return;
  event.respondWith(
    answer(request).catch(async (error) => {
      const kept = await caches.match(request.url);
      const isOld = Date.parse(kept?.headers.get("Kept-Until")) <= Date.now();
      if (isOld) await (await caches.open(CACHE)).delete(request.url);
      else if (kept) return kept;
      throw error;
    }),
  );
});
