// What was filled in and has not reached the ward yet. An item is written to the phone before it is sent, so that
// neither a lost network nor an empty battery takes it away; it carries the number of its submission, so that the
// server counts it once however often it arrives. docs/decisions says why the page sends and not the worker.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { newNumber } from "./number";

/** draft: being filled in, and never sent by itself; lost: its author may not send it any more, and it stays until it was kept as a file or thrown away. */
export type State = "draft" | "waiting" | "sending" | "sent" | "review" | "conflict" | "lost";

/** The account of every page on somebody else's device: nothing is kept under it. */
export const nobodys = "shared";

export interface Line {
  name: string;
  label: string;
  mine: { value: string; text: string };
  theirs: { value: string; text: string; by?: string };
}

export interface Item {
  id: string; // number of the submission; sorts by time
  account: string;
  url: string; // where the form goes
  page: string; // where it was filled in
  title: string; // what it is, in plain words
  at: number; // ms, when it was filled in
  fields: [string, string][];
  files: { field: string; name: string; blob: Blob }[];
  state: State;
  tries: number;
  words?: string; // what the server said
  next?: string; // where the server leads on to
  sentAt?: number;
  lines?: Line[]; // of a conflict
  base?: [string, string][]; // fields that say which version the answer to a conflict is made from
}

interface Shelf extends DBSchema {
  items: { key: string; value: Item };
}

const keepSent = 24 * 3600_000; // ms: what was sent is shown for a day
const mostTries = 5; // of an answer that says the server itself is at fault
const patience = 20_000; // ms
const patienceWithFiles = 180_000; // ms

/** Whether this browser can keep forms: it needs a secure address for locks, and a place to store. */
export const able = window.isSecureContext && "locks" in navigator && "indexedDB" in window;

let opened: Promise<IDBPDatabase<Shelf>> | undefined;
function shelf(): Promise<IDBPDatabase<Shelf>> {
  opened ??= openDB<Shelf>("sonha", 1, { upgrade: (db) => void db.createObjectStore("items", { keyPath: "id" }) });
  return opened;
}

const news = able ? new BroadcastChannel("sonha-queue") : undefined;
const listeners: (() => void)[] = [];
/** Calls back whenever something in the queue changes, in this tab or another. */
export function onChange(tell: () => void): void {
  listeners.push(tell);
  news?.addEventListener("message", tell);
}
function changed(): void {
  news?.postMessage(0);
  for (const tell of listeners) tell();
}

/** The account that the page is for; on a page that belongs to nobody, the one of the last page. */
export function account(): string {
  const here = document.documentElement.dataset["account"];
  return here || (localStorage.getItem("sonha-account") ?? "");
}

export async function all(): Promise<Item[]> {
  return (await shelf()).getAll("items");
}

/** What of this account waits or needs a look. */
export async function counts(): Promise<{ waiting: number; review: number; others: number }> {
  const mine = account();
  const n = { waiting: 0, review: 0, others: 0 };
  for (const item of await all()) {
    if (item.state === "sent" || item.state === "draft") continue;
    if (item.account !== mine) n.others++;
    else if (item.state === "review" || item.state === "conflict" || item.state === "lost") n.review++;
    else n.waiting++;
  }
  return n;
}

export async function put(item: Item): Promise<void> {
  // What one filled in must not be thrown away when the phone runs out of room.
  void navigator.storage?.persist?.();
  await (await shelf()).put("items", item);
  changed();
}

export async function get(id: string): Promise<Item | undefined> {
  return (await shelf()).get("items", id);
}

export async function remove(id: string): Promise<void> {
  await (await shelf()).delete("items", id);
  changed();
}

/** The form as an item; the button that was pressed belongs to it. Its number is the form's own. */
export function itemOf(form: HTMLFormElement, button: HTMLElement | null): Item {
  const data = new FormData(form);
  if (button instanceof HTMLButtonElement && button.name) data.append(button.name, button.value);
  const fields: [string, string][] = [];
  const files: Item["files"] = [];
  let id = newNumber();
  for (const [name, value] of data) {
    if (name === "request_id") id = String(value);
    else if (typeof value === "string") fields.push([name, value]);
    else if (value.size > 0) files.push({ field: name, name: value.name, blob: value });
  }
  return {
    id, fields, files, account: account(), url: addressOf(form), page: location.pathname + location.search,
    title: form.dataset["offline"] || document.title, at: Date.now(), state: "waiting", tries: 0,
  };
}

/** Under which id the filling in of a form is kept: one for each form and account. */
export function draftId(form: HTMLFormElement): string {
  return `draft ${account()} ${addressOf(form)}`;
}

/** Where a form goes, on this site. */
export function addressOf(form: HTMLFormElement): string {
  const url = new URL(form.action);
  return url.pathname + url.search;
}

/** Sends what waits, in the order in which it was filled in; one tab at a time. Says whether the network was there. */
export async function sendAll(quiet: boolean): Promise<boolean> {
  if (!able) return true;
  return navigator.locks.request("sonha-queue", async () => {
    const list = (await all()).filter((item) => item.account === account() || item.state === "sent");
    for (const item of list) {
      if (item.state === "sent") {
        if (Date.now() - (item.sentAt ?? 0) > keepSent) await remove(item.id);
        continue;
      }
      if (item.state !== "waiting" && item.state !== "sending") continue;
      if (!(await send(item, quiet))) return false;
    }
    return true;
  });
}

let ended = false;

/** Whether the last answer asked to sign in first: what waits goes by itself after that. */
export const signedOut = (): boolean => ended;

/** Sends one item and notes what became of it. False when there is no way to the server now. */
async function send(item: Item, quiet: boolean): Promise<boolean> {
  await put({ ...item, state: "sending" });
  const body = new FormData();
  for (const [name, value] of item.fields) body.append(name, value);
  for (const file of item.files) body.append(file.field, file.blob, file.name);
  body.append("request_id", item.id);
  body.append("request_at", new Date(item.at).toISOString());
  const headers: Record<string, string> = { Accept: "application/json", "Sonha-Account": item.account };
  if (quiet) headers["Sonha-Quiet"] = "1";
  let answer: Response;
  let said: { title?: string; text?: string; next?: string; lines?: Line[]; base?: [string, string][] };
  try {
    answer = await fetch(item.url, {
      method: "POST", body: item.files.length ? body : new URLSearchParams(body as unknown as Record<string, string>), headers,
      credentials: "same-origin", signal: AbortSignal.timeout(item.files.length ? patienceWithFiles : patience),
    });
    said = await answer.json().catch(() => ({}));
  } catch {
    await put({ ...item, state: "waiting" });
    return false;
  }
  const words = said.title ?? said.text ?? "";
  ended = answer.status === 401;
  if (answer.ok) {
    // Only the line that tells of it stays, not what was in it.
    await put({ ...item, fields: [], files: [], state: "sent", sentAt: Date.now(), words: said.text ?? "", next: said.next ?? "" });
  } else if (answer.status === 401 || answer.status === 429 || answer.status === 503) {
    await put({ ...item, state: "waiting", words: ended ? "" : words }); // signed out: the bar tells what to do
    return false;
  } else if (answer.status >= 500 && item.tries + 1 < mostTries) {
    await put({ ...item, state: "waiting", words, tries: item.tries + 1 });
  } else if (answer.status === 409 && said.lines) {
    await put({ ...item, state: "conflict", words, lines: said.lines, base: said.base ?? [] });
  } else if (answer.status === 403 || answer.status === 404) {
    await put({ ...item, state: "lost", words: "" });
  } else {
    await put({ ...item, state: "review", words });
  }
  return true;
}
