// The inspection at the door: how far it is, what is missing, and on the list which houses are done or wait on this phone.
import * as queue from "./queue";
import { alone, named, people, samePerson } from "./team";

const shown = 6; // of what is missing: more is a page of its own

/** form[data-door] and a[data-waits]. Without a network nobody else would say what is missing before the officer has walked on. */
export function inspectAtDoors(): void {
  void markDoors();
  queue.onChange(() => void markDoors());
  const form = document.querySelector<HTMLFormElement>("form[data-door]");
  if (!form) return;
  const tell = (): void => count(form);
  for (const event of ["change", "filled"]) form.addEventListener(event, tell);
  tell();
  if (queue.able) void waits(form);
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target === form && !complete(form)) event.preventDefault();
    },
    true, // before it is kept or sent
  );
}

function items(form: HTMLFormElement): HTMLFieldSetElement[] {
  return [...form.querySelectorAll<HTMLFieldSetElement>("fieldset[data-item]")];
}

function found(item: HTMLFieldSetElement): string {
  return item.querySelector<HTMLInputElement>(".pick input:checked")?.value ?? "";
}

/** What the box over a content says: its other items are as the house rated itself. */
function agreed(form: HTMLFormElement, item: HTMLFieldSetElement): boolean {
  const box = form.querySelector<HTMLInputElement>(`input[name="agree"][value="${item.dataset["content"]}"]`);
  return Boolean(box?.checked && "rated" in item.dataset);
}

function count(form: HTMLFormElement): void {
  const all = items(form);
  const done = all.filter((item) => found(item) || agreed(form, item)).length;
  const place = form.querySelector("[data-door-count]");
  if (place) place.textContent = (form.dataset["count"] ?? "").replace("#", String(done)).replace("@", String(all.length));
}

/** Says what is missing, each a link to its place. */
function complete(form: HTMLFormElement): boolean {
  const missing: [string, string][] = [];
  const all = items(form);
  if (!all.some((item) => found(item) || agreed(form, item))) missing.push([all[0]?.id ?? "", form.dataset["nothing"] ?? ""]);
  for (const item of all) {
    const value = found(item);
    const must = item.dataset["must"] ?? "";
    if (!value && must && !agreed(form, item)) missing.push([item.id, `${item.dataset["item"]}: ${form.dataset[must] ?? ""}`]);
    const measure = item.querySelector<HTMLInputElement>('input[name^="measure."]');
    const due = item.querySelector<HTMLInputElement>('input[name^="due."]');
    if ((value === "0" || value === "1") && (!measure?.value.trim() || !due?.value)) missing.push([measure?.id ?? "", `${item.dataset["item"]}: ${form.dataset["measure"] ?? ""}`]);
  }
  for (const [name, key] of [["members", "members"], ["resident_side", "side"]] as const) {
    const field = people(form, name);
    if (field && named(field.value).length === 0) missing.push([field.id, form.dataset[key] ?? ""]);
  }
  if (alone(form)) missing.push([people(form, "resident_side")?.id ?? "", samePerson()?.textContent?.trim() ?? ""]);
  const box = document.getElementById("door-missing");
  if (box) {
    box.hidden = missing.length === 0;
    const rest = missing.length - shown;
    box.querySelector("ul")?.replaceChildren(
      ...(rest > 1 ? [...missing.slice(0, shown), [missing[shown]?.[0] ?? "", (form.dataset["more"] ?? "").replace("#", String(rest))] as const] : missing).map(([id, text]) => {
        const line = document.createElement("li");
        const link = document.createElement("a");
        link.href = "#" + id;
        link.textContent = text;
        line.append(link);
        return line;
      }),
    );
    if (missing.length) box.focus();
  }
  return missing.length === 0;
}

/** A house whose sheet waits already is not filled in a second time, but from the page of what waits. */
async function waits(form: HTMLFormElement): Promise<void> {
  const here = (await queue.all()).some((item) => mine(item) && item.url === queue.addressOf(form) && item.state !== "draft" && item.state !== "sent");
  if (!here || location.hash.startsWith("#fix=")) return;
  form.hidden = true;
  const note = document.getElementById("door-waits");
  if (note) note.hidden = false;
}

function mine(item: queue.Item): boolean {
  return item.account === queue.account();
}

const weight = ["sent", "draft", "waiting", "sending", "review", "conflict", "lost"];

/** Beside each house of a list, what of its form is on this phone. */
async function markDoors(): Promise<void> {
  const words = document.getElementById("wait-states");
  if (!words || !queue.able) return;
  const states = new Map<string, queue.State>();
  for (const item of await queue.all()) {
    const before = states.get(item.url);
    if (mine(item) && (!before || weight.indexOf(item.state) > weight.indexOf(before))) states.set(item.url, item.state);
  }
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-waits]")) {
    const state = states.get(new URL(link.href).pathname);
    let note = link.querySelector<HTMLElement>(".wait-state");
    if (!state) {
      note?.remove();
      continue;
    }
    if (!note) {
      note = document.createElement("b");
      note.className = "wait-state";
      link.querySelector(".sub")?.append(note);
    }
    note.dataset["state"] = state;
    note.textContent = words.dataset[state] ?? "";
  }
}
