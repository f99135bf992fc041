// Keeps the shell's files and the pages that were opened; the network always comes first for pages.
declare const self: ServiceWorkerGlobalScope & { YUNHE_KEEP?: string[] };
const FILES = "yunhe-files";
const PAGES = "yunhe-pages";
const OFFLINE = "/offline/";
const MOST_PAGES = 40;
const PAGED = /^\?page=\d+$/;

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(FILES);
      await cache.addAll(self.YUNHE_KEEP ?? [OFFLINE]);
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const keep = new Set(self.YUNHE_KEEP ?? []);
      const cache = await caches.open(FILES);
      for (const request of await cache.keys()) {
        const { pathname } = new URL(request.url);
        if (pathname.startsWith("/static/yunhe/") && !keep.has(pathname)) await cache.delete(request);
      }
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (url.pathname.startsWith("/account/")) event.waitUntil(caches.delete(PAGES));
  if (request.method !== "GET") return;
  if (url.pathname.startsWith("/static/yunhe/")) event.respondWith(file(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(plain(request));
  else if (request.mode === "navigate") event.respondWith(page(request, url));
});

// A page may ask that another is kept before it is opened: the pad, from the catalogue.
self.addEventListener("message", (event) => {
  const { keep } = (event.data ?? {}) as { keep?: string[] };
  event.waitUntil(Promise.all((keep ?? []).map(keepPage)));
});

async function keepPage(path: string): Promise<void> {
  const answer = await fetch(path, { credentials: "same-origin" }).catch(() => null);
  if (answer?.ok && !answer.redirected) await (await caches.open(PAGES)).put(path, answer);
}

// Files carry a hash in their name: what is kept is right.
async function file(request: Request): Promise<Response> {
  const cache = await caches.open(FILES);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

// A domain's own scripts keep their names: the network first, what was kept without it.
async function plain(request: Request): Promise<Response> {
  const cache = await caches.open(FILES);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch {
    return (await cache.match(request)) ?? Response.error();
  }
}

// Pages are personal: kept ones are forgotten when somebody signs in or out.
async function page(request: Request, url: URL): Promise<Response> {
  const cache = await caches.open(PAGES);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && (!url.search || PAGED.test(url.search)) && !url.pathname.startsWith("/account/")) {
      await cache.put(request, answer.clone());
      const keys = await cache.keys();
      if (keys.length > MOST_PAGES && keys[0]) await cache.delete(keys[0]);
    }
    return answer;
  } catch {
    return (await cache.match(request)) ?? (await caches.match(OFFLINE)) ?? Response.error();
  }
}
export {};
