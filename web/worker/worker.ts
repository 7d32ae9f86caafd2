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
  else if (request.mode === "navigate") event.respondWith(page(event, url));
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
  const kept = asked.then((answer) => keep(url, answer.clone()));
  event.waitUntil(kept.catch(() => undefined));
  const here = (await copy(url)) ?? (url.pathname === "/today" ? await copy(new URL("/home", url)) : undefined); // where it leads a household
  try {
    return await (here ? Promise.race([asked, late()]) : asked);
  } catch {
    asked.catch(() => undefined);
    return here ?? (await caches.match("/offline")) ?? Response.error();
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
  if (answer.status !== 200 || account === nobody || secret || !answer.headers.get("Content-Type")?.startsWith("text/html")) return false;
  const headers = new Headers(answer.headers);
  headers.set(keptAt, String(Date.now()));
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  await (await caches.open(pages + account)).put(url.pathname + url.search, new Response(await answer.blob(), { headers }));
  return true;
}

/** The copy of a page, marked as one: the page says from when it is. */
async function copy(url: URL): Promise<Response | undefined> {
  for (const name of await caches.keys()) {
    if (!name.startsWith(pages)) continue;
    const found = await (await caches.open(name)).match(url.pathname + url.search);
    if (!found) continue;
    const html = await found.text();
    return new Response(html.replace("<html", `<html data-kept="${found.headers.get(keptAt)}"`), { headers: found.headers });
  }
  return free.includes(url.pathname) ? caches.match(url.pathname) : undefined;
}

/** Fetches pages ahead, one after another so that the reader's own pages come first, and tells how far it is. */
async function keepAll(paths: string[], anew: boolean, port?: MessagePort): Promise<void> {
  let done = 0;
  for (const path of paths) {
    try {
      const url = new URL(path, location.origin);
      const old = anew ? 0 : Number((await copy(url))?.headers.get(keptAt) ?? 0);
      if (Date.now() - old > freshFor) {
        const answer = await fetch(url, { credentials: "same-origin", redirect: "error", headers: { "Sonha-Ahead": "1" } });
        await keep(url, answer);
      }
      done++;
    } catch (fault) {
      console.warn(path, fault);
      if (!navigator.onLine) break;
    }
    port?.postMessage({ done, total: paths.length });
  }
  port?.postMessage({ done, total: paths.length, over: true });
}
