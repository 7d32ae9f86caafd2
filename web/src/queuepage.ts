// The page of what waits on this phone (/queue). Its words stand in the page: rows are copies of a template.
import { moment } from "./moment";
import { newNumber } from "./number";
import { trySending } from "./offline";
import * as queue from "./queue";

const list = document.getElementById("queue");
const row = document.querySelector<HTMLTemplateElement>("#queue-item");
const lines = document.querySelector<HTMLTemplateElement>("#queue-line");
const say = (key: string): string => list?.dataset[key] ?? "";

async function draw(): Promise<void> {
  if (!list || !row) return;
  const mine = queue.account();
  const items = queue.able ? await queue.all() : [];
  const show = items.filter((item) => item.account === mine);
  const open = new Set([...list.querySelectorAll<HTMLElement>("li:has(form:not([hidden]))")].map((li) => li.id));
  list.replaceChildren(...show.map((item) => draft(item, row.content, open.has("q-" + item.id))));
  for (const [id, hide] of [
    ["queue-empty", show.length > 0],
    ["queue-send", !show.some((i) => i.state === "waiting")],
    ["queue-others", !items.some((i) => i.account !== mine && i.state !== "sent")],
    ["queue-unable", queue.able],
  ] as const) {
    const part = document.getElementById(id);
    if (part) part.hidden = hide;
  }
}

function draft(item: queue.Item, from: DocumentFragment, open: boolean): HTMLElement {
  const li = (from.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
  li.id = "q-" + item.id;
  const part = (name: string): HTMLElement | null => li.querySelector<HTMLElement>(`[data-part="${name}"]`);
  const write = (name: string, text: string): void => {
    const element = part(name);
    if (element) element.textContent = text;
  };
  li.dataset["state"] = item.state;
  write("title", item.title);
  write("state", say(item.state));
  write("at", say("at").replace("#", moment(item.at)));
  write("words", item.state === "lost" ? say("lostWhy") : (item.words ?? ""));
  write("files", item.files.length ? say("files").replace("#", String(item.files.length)) : "");
  const waits = item.state === "waiting" || item.state === "sending";
  const set = (name: string, shown: boolean, act: () => unknown): void => {
    const button = part(name);
    if (!button) return;
    button.hidden = !shown;
    button.addEventListener("click", () => void act());
  };
  set("send", waits || item.state === "review" || item.state === "lost", async () => {
    await queue.put({ ...item, state: "waiting", tries: 0 });
    await trySending();
    await draw();
  });
  set("fix", waits || item.state === "review" || item.state === "draft", () => location.assign(item.page + (item.state === "draft" ? "" : "#fix=" + item.id)));
  set("choose", item.state === "conflict", () => {
    const form = li.querySelector("form");
    if (form) form.hidden = !form.hidden;
  });
  set("file", item.state !== "sent", () => void save(item));
  if (item.state === "lost") part("file")?.classList.add("primary");
  const sent = item.state === "sent"; // of what has arrived nothing is lost: its line is only taken off the list
  part("delete")?.classList.toggle("danger", !sent);
  if (sent) write("delete", say("clear"));
  set("delete", true, async () => {
    if (sent || window.confirm(say("sure").replace("#", item.title))) await queue.remove(item.id);
  });
  if (item.state === "conflict") choices(item, li, open);
  return li;
}

/** Two versions, line by line: the answer is the form as it was filled in, with the chosen lines, made from their version. */
function choices(item: queue.Item, li: HTMLElement, open: boolean): void {
  const form = li.querySelector("form");
  if (!form || !lines) return;
  form.hidden = !open;
  const into = form.querySelector("[data-part='lines']");
  (item.lines ?? []).forEach((line, i) => {
    const part = (lines.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    const put = (name: string, text: string): void => {
      const element = part.querySelector(`[data-part="${name}"]`);
      if (element) element.textContent = text;
    };
    put("label", line.label);
    put("mine", line.mine.text);
    put("theirs", line.theirs.text);
    put("by", line.theirs.by ?? "");
    for (const radio of part.querySelectorAll<HTMLInputElement>("input")) radio.name = "line-" + i;
    into?.append(part);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    void choose(item, new FormData(form));
  });
}

async function choose(item: queue.Item, chosen: FormData): Promise<void> {
  const from = item.lines ?? [];
  const replaced = new Map<string, string>(item.base ?? []);
  from.forEach((line, i) => replaced.set(line.name, chosen.get("line-" + i) === "theirs" ? line.theirs.value : line.mine.value));
  const fields: [string, string][] = item.fields.filter(([name]) => !replaced.has(name));
  fields.push(...replaced);
  const next: queue.Item = { ...item, id: newNumber(), fields, state: "waiting", tries: 0, words: "" };
  delete next.lines;
  delete next.base;
  await queue.put(next);
  await queue.remove(item.id);
  await trySending();
}

/** The item as a file that people can read and keep, pictures included. */
async function save(item: queue.Item): Promise<void> {
  const files = await Promise.all(
    item.files.map(async (f) => ({ field: f.field, name: f.name, type: f.blob.type, base64: await base64(f.blob) })),
  );
  const text = JSON.stringify({ title: item.title, filledIn: new Date(item.at).toISOString(), page: item.page, address: item.url, number: item.id,
    fields: item.fields, files }, null, 1);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `sonha-${item.id.slice(-8)}.json`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function base64(blob: Blob): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(blob);
  });
}

document.getElementById("queue-send")?.addEventListener("click", () => void trySending().then(draw));
queue.onChange(() => void draw());
void draw();
