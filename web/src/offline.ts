import { forget, leaveFiles } from "./draft";
import { fill } from "./fill";
import { moment } from "./moment";
import { numberForms } from "./number";
import * as queue from "./queue";
import { setBusy } from "./submit";

const bar = (): HTMLElement | null => document.getElementById("waiting");
const say = (key: string, n: string | number = ""): string => (bar()?.dataset[key] ?? "").replace("#", String(n));
const again = 30_000; // ms between two tries while something waits
const soon = 2_000; // ms until the first tries after one that failed: a phone says that it is online before it is
let reachable = navigator.onLine;
let retry = 0; // the timer of the next try

/** form[data-offline]: kept on the phone before it is sent. The bar says what waits. The worker keeps the pages. */
export function workOffline(): void {
  const reader = document.documentElement.dataset["account"];
  if (!queue.able) return;
  if (reader) localStorage.setItem("sonha-account", reader);
  void navigator.serviceWorker?.register("/worker.js").then(keepAhead, console.warn);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
    if (form.matches(`[action="/sign-out"]`)) return void signOut(event, form);
    if (!form.matches("[data-offline]") || !queue.account() || queue.account() === queue.nobodys) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    void keepAndSend(form, event.submitter);
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-keep-url]") : null;
    if (button) void fetchAhead(button);
  });
  queue.onChange(() => void show());
  window.addEventListener("online", () => void trySending());
  window.addEventListener("offline", () => {
    reachable = false;
    void show();
  });
  window.setInterval(() => void trySending(again), again);
  void fillAgain();
  void trySending();
}

/** Sends what waits and says so; when the way to the server broke off, once more in a moment, and then ever later. */
export async function trySending(pause = soon): Promise<void> {
  const n = await queue.counts();
  if (n.waiting > 0 && navigator.onLine) reachable = await queue.sendAll(true);
  else reachable = navigator.onLine;
  await show();
  if (reachable || !navigator.onLine || pause >= again || retry) return;
  retry = window.setTimeout(() => {
    retry = 0;
    void trySending(2 * pause);
  }, pause);
}

async function show(): Promise<void> {
  const element = bar();
  if (!element) return;
  const n = await queue.counts();
  const kept = document.documentElement.dataset["kept"];
  const words: string[] = [];
  const ended = queue.signedOut() && n.waiting > 0;
  if (ended) words.push(say("ended"));
  else if (!reachable || kept) words.push(say("away"));
  if (kept) words.push(say("copy", moment(Number(kept))));
  const lines = [n.waiting && say("count", n.waiting), n.review && say("review", n.review), n.others && say("others", n.others)].filter(Boolean);
  element.hidden = words.length + lines.length === 0;
  const [text, link] = [element.querySelector("p"), element.querySelector("a")];
  if (text) {
    const b = document.createElement("b");
    b.textContent = lines.join(" · ");
    const now = [...(lines.length ? [b] : []), words.join(" ")];
    if (text.dataset["said"] !== b.textContent + words.join()) text.replaceChildren(...now); // read out only when it changes
    text.dataset["said"] = b.textContent + words.join();
  }
  if (link) {
    link.dataset["label"] ??= link.textContent;
    link.href = ended ? "/sign-in?next=" + encodeURIComponent(location.pathname + location.search) : "/queue";
    link.textContent = ended ? say("signin") : link.dataset["label"];
    link.hidden = lines.length === 0;
  }
}

/** Keeps a form, sends it, and goes on to where the server leads; without a network, to the next page that is here. */
async function keepAndSend(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
  setBusy(form, true);
  try {
    const item = queue.itemOf(form, button);
    await queue.put(item);
    const drafted = "draft" in form.dataset;
    const replaced = form.dataset["replaces"];
    if (replaced) await queue.remove(replaced);
    if (navigator.onLine) reachable = await queue.sendAll(false);
    else reachable = false;
    const now = await queue.get(item.id);
    if (now?.state === "sent") {
      await queue.remove(item.id);
      if (drafted) await forget(form);
      location.assign(now.next || location.href);
    } else if (drafted && now?.state === "conflict") {
      await forget(form); // its photos are on this phone only: the choice is made there
      location.assign("/queue");
    } else if (now?.state === "review" || now?.state === "conflict") {
      // Nothing of it was taken: the server's own page says why, with all that was typed. The photos of a form that is kept while it is
      // filled in wait on the phone meanwhile.
      await queue.remove(item.id);
      if (drafted) await leaveFiles(form);
      if (button instanceof HTMLButtonElement && button.name) form.append(hidden(button.name, button.value));
      HTMLFormElement.prototype.submit.call(form);
    } else if (now?.state === "lost") {
      if (drafted) await forget(form);
      location.assign("/queue"); // it stays there, with the reason and the way to keep it
    } else {
      if (drafted) await forget(form);
      await stays(form);
    }
  } catch (fault) {
    console.warn(fault); // no room, or a private window: as if there were no queue
    setBusy(form, false);
    form.removeAttribute("data-offline");
    form.requestSubmit(button instanceof HTMLButtonElement ? button : null);
  }
}

function hidden(name: string, value: string): HTMLInputElement {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  return field;
}

/** The form is kept: say so, and go on to the next page if there is one, or make room for the next filling in. */
async function stays(form: HTMLFormElement): Promise<void> {
  setBusy(form, false);
  const next = form.dataset["offlineNext"];
  if (next && (await isHere(next))) {
    sessionStorage.setItem("sonha-kept", "1");
    location.assign(next);
    return;
  }
  form.reset();
  for (const row of form.querySelectorAll("[data-preview]")) row.remove();
  numberForms(form.parentElement ?? document);
  told(form);
}

/** Whether the worker has kept a page: without a network no other can be gone to. */
async function isHere(path: string): Promise<boolean> {
  const url = new URL(path, location.origin);
  return Boolean(await window.caches?.match(url.pathname + url.search));
}

/** Says beside the form, or at the head of the page, that it is kept. */
function told(beside?: HTMLElement): void {
  const note = document.createElement("p");
  note.className = "kept-note";
  note.setAttribute("role", "status");
  note.textContent = say("kept");
  document.querySelector(".kept-note")?.remove();
  if (beside) beside.after(note);
  else document.querySelector("main")?.prepend(note);
  note.scrollIntoView({ block: "nearest" });
}

/** A page reached from the queue (#fix=…) shows the form with what was filled in then. */
async function fillAgain(): Promise<void> {
  if (sessionStorage.getItem("sonha-kept")) {
    sessionStorage.removeItem("sonha-kept");
    told();
  }
  const id = /^#fix=([\w-]+)$/.exec(location.hash)?.[1];
  const item = id ? await queue.get(id) : undefined;
  if (!item || item.account !== queue.account()) return;
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-offline]")) {
    if (queue.addressOf(form) !== item.url) continue;
    form.dataset["replaces"] = item.id;
    fill(form, item);
    form.scrollIntoView({ block: "start" });
    return;
  }
}

async function signOut(event: SubmitEvent, form: HTMLFormElement): Promise<void> {
  if (form.dataset["sure"]) return;
  event.preventDefault();
  const n = await queue.counts().catch(() => ({ waiting: 0, review: 0 }));
  if (n.waiting + n.review > 0 && !window.confirm(say("leaving", n.waiting + n.review))) return;
  localStorage.removeItem("sonha-account");
  for (const name of (await window.caches?.keys()) ?? []) if (name.startsWith("pages-")) await caches.delete(name);
  form.dataset["sure"] = "1";
  form.requestSubmit();
}

const settled = 8000; // ms: the page that was opened comes first, on a slow phone too
const seldom = 240_000; // ms: the longest pause before what did not come ahead is asked for again

/** The pages that this reader needs without a network, fetched while there is one and nothing else to do. */
async function keepAhead(): Promise<void> {
  const connection = (navigator as Navigator & { connection?: { saveData?: boolean } }).connection;
  const reader = document.documentElement.dataset["account"];
  if (!reader || reader === queue.nobodys || connection?.saveData) return;
  const stamp = "sonha-kept-" + queue.account();
  if (Date.now() - Number(localStorage.getItem(stamp) ?? 0) < 6 * 3600_000) return;
  // A phone that lost the network halfway, or a server that had no time, must not leave a hole for six hours.
  for (let pause = settled; pause <= seldom; pause *= 2) {
    await new Promise((go) => window.setTimeout(go, pause));
    if (!navigator.onLine || !(await allKept().catch(() => false))) continue;
    localStorage.setItem(stamp, String(Date.now()));
    return;
  }
}

/** Has the worker fetch the reader's pages; reports whether none is missing. */
async function allKept(): Promise<boolean> {
  const answer = await fetch("/offline/pages", { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) return false;
  const { pages } = (await answer.json()) as { pages: string[] };
  const worker = (await navigator.serviceWorker.ready).active;
  const channel = new MessageChannel();
  return new Promise((tell) => {
    channel.port1.onmessage = ({ data }: MessageEvent<{ done: number; total: number; over?: boolean }>): void => {
      if (data.over) tell(data.done === data.total);
    };
    worker?.postMessage({ keep: pages }, [channel.port2]);
  });
}

/** [data-keep-url]: fetches the pages of today's work at once and says how far it is. */
async function fetchAhead(button: HTMLElement): Promise<void> {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const state = button.parentElement?.querySelector<HTMLElement>("[data-keep-state]");
  const tell = (key: string, done = 0, total = 0): void => {
    if (state) state.textContent = (button.dataset[key] ?? "").replace("#", String(done)).replace("@", String(total));
  };
  try {
    const answer = await fetch(button.dataset["keepUrl"] ?? "", { headers: { Accept: "application/json" }, credentials: "same-origin" });
    const { pages } = (await answer.json()) as { pages: string[] };
    const worker = (await navigator.serviceWorker.ready).active;
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }: MessageEvent<{ done: number; total: number; over?: boolean }>): void => {
      tell(!data.over ? "going" : data.done === data.total ? "done" : "part", data.done, data.total);
      if (data.over) button.removeAttribute("aria-busy");
    };
    worker?.postMessage({ keep: pages, anew: true }, [channel.port2]);
  } catch {
    tell("failed");
    button.removeAttribute("aria-busy");
  }
}

