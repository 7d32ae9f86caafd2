// The service worker: what a page needs opens without a network. It keeps the files that every page shares, two pages
// that belong to nobody, and the pages of the one account that the server has named last. It never sends a form: that
// is the page's work (queue.ts), where people can see it.
import { listenForPushes } from "./push";

declare const SHELL: string[];
declare const VERSION: string;

const worker = self as unknown as ServiceWorkerGlobalScope;

const shell = "shell-" + VERSION;
const pages = "pages-"; // and the account: nobody sees the pages of another
const free = ["/queue", "/offline"];
const patience = 4000; // ms: a network that is there but does not answer must not keep one from a page that is here
const freshFor = 6 * 3600_000; // ms: a page that was fetched ahead is not fetched again before
const keptAt = "Sonha-Kept"; // ms, when a copy was taken
const nobody = "none";
// Small pictures of what failed at a house that is looked at again: fetched ahead with the pack of the day, and gone the day after.
const picture = /^\/(measure-)?photos\/[0-9a-z]+\/thumb$/;
const mostPictures = 120; // as many as the server lists
const mostBytes = 200_000; // of one of them; they have some 20 kB
const [tooMany, failed] = [429, 500]; // what a busy server answers

listenForPushes(worker);
worker.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(shell);
      await cache.addAll([...SHELL, ...free.map((path) => new Request(path, { cache: "reload" }))]);
      await worker.skipWaiting();
    })(),
  );
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name.startsWith("shell-") && name !== shell) await caches.delete(name);
      await worker.clients.claim();
    })(),
  );
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode === "navigate") {
    const answered = page(event, url);
    event.respondWith(answered);
    event.waitUntil(
      answered.then(
        () => tidy(),
        () => undefined,
      ),
    );
  } else if (request.destination === "image" && picture.test(url.pathname)) event.respondWith(shown(request, url));
});

worker.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keepAll(event.data.keep as string[], Boolean(event.data.anew), event.ports[0]));
});

/** A file's name carries its content: the copy is as good as the original. */
async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** The page from the network; from here when there is none, or when it does not answer in time. */
async function page(event: FetchEvent, url: URL): Promise<Response> {
  const asked = fetch(event.request);
  const saved = asked.then((answer) => keep(url, answer.clone()));
  event.waitUntil(saved.catch(() => undefined));
  const here = (await copy(url)) ?? (url.pathname === "/today" ? await copy(new URL("/home", url)) : undefined); // where it leads a household
  try {
    return await (here ? Promise.race([asked, late()]) : asked);
  } catch {
    asked.catch(() => undefined);
    return here ?? (await caches.match("/offline")) ?? Response.error();
  }
}

/** A picture from the network, where it is written down who sees it; from today's pack when there is none. */
async function shown(request: Request, url: URL): Promise<Response> {
  const here = await kept(url);
  try {
    return await (here && today(here) ? Promise.race([fetch(request), late()]) : fetch(request));
  } catch {
    return here && today(here) ? here : Response.error();
  }
}

function today(copy: Response): boolean {
  return new Date(Number(copy.headers.get(keptAt))).toDateString() === new Date().toDateString();
}

/** Drops pictures of an earlier day, and those that are not in a new pack. */
async function tidy(pack?: string[]): Promise<void> {
  for (const name of await caches.keys()) {
    if (!name.startsWith(pages)) continue;
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const { pathname } = new URL(request.url);
      if (!picture.test(pathname)) continue;
      const copy = await cache.match(request);
      if (!copy || !today(copy) || (pack && !pack.includes(pathname))) await cache.delete(request);
    }
  }
}

function late(): Promise<never> {
  return new Promise((_, no) => setTimeout(no, patience));
}

/** Keeps a page of the account that it was made for. A page for another account, or for nobody, ends what was kept. */
async function keep(url: URL, answer: Response): Promise<boolean> {
  const account = answer.headers.get("Sonha-Account");
  if (!account) return false; // a redirect, a file, an answer from between
  for (const name of await caches.keys()) if (name.startsWith(pages) && name !== pages + account) await caches.delete(name);
  const secret = answer.headers.get("Cache-Control")?.includes("no-store");
  const small = picture.test(url.pathname) && Number(answer.headers.get("Content-Length") ?? mostBytes + 1) <= mostBytes;
  const wanted = small ? "image/jpeg" : "text/html";
  if (answer.status !== 200 || account === nobody || secret || !answer.headers.get("Content-Type")?.startsWith(wanted)) return false;
  const headers = new Headers(answer.headers);
  headers.set(keptAt, String(Date.now()));
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  await (await caches.open(pages + account)).put(url.pathname + url.search, new Response(await answer.blob(), { headers }));
  return true;
}

/** What was kept of an address, as it came. */
async function kept(url: URL): Promise<Response | undefined> {
  for (const name of await caches.keys()) {
    if (!name.startsWith(pages)) continue;
    const found = await (await caches.open(name)).match(url.pathname + url.search);
    if (found) return found;
  }
  return undefined;
}

/** The copy of a page, marked as one: the page says from when it is. */
async function copy(url: URL): Promise<Response | undefined> {
  const found = await kept(url);
  if (!found) return free.includes(url.pathname) ? caches.match(url.pathname) : undefined;
  const html = await found.text();
  return new Response(html.replace("<html", `<html data-kept="${found.headers.get(keptAt)}"`), { headers: found.headers });
}

/** Fetches pages ahead, one after another so that the reader's own pages come first, and tells how far it is. */
async function keepAll(paths: string[], anew: boolean, port?: MessagePort): Promise<void> {
  let done = 0;
  let pictures = 0;
  await tidy(anew ? paths : undefined);
  for (const path of paths) {
    try {
      const url = new URL(path, location.origin);
      if (picture.test(url.pathname) && ++pictures > mostPictures) continue;
      const old = anew ? 0 : Number((await kept(url))?.headers.get(keptAt) ?? 0);
      if (Date.now() - old <= freshFor || (await fetched(url))) done++;
    } catch (fault) {
      console.warn(path, fault);
      if (!navigator.onLine) break;
    }
    port?.postMessage({ done, total: paths.length });
  }
  port?.postMessage({ done, total: paths.length, over: true });
}

/** Fetches one page ahead and keeps it; false when the server had no time for it, so that it is asked again later. */
async function fetched(url: URL): Promise<boolean> {
  const answer = await fetch(url, { credentials: "same-origin", redirect: "manual", headers: { "Sonha-Ahead": "1" } });
  await keep(url, answer);
  return answer.status !== tooMany && answer.status < failed;
}
