// The inspection at the door: how far it is, what is missing, and on the list which houses are done or wait on this phone.
import * as queue from "./queue";

const shown = 6; // of what is missing: more is a page of its own

/** form[data-door] and a[data-waits]. Without a network nobody else would say what is missing before the officer has walked on. */
export function inspectAtDoors(): void {
  void markDoors();
  queue.onChange(() => void markDoors());
  const form = document.querySelector<HTMLFormElement>("form[data-door]");
  if (!form) return;
  const tell = (): void => {
    count(form);
    sayAlone(form);
  };
  for (const event of ["change", "filled"]) form.addEventListener(event, tell);
  form.addEventListener("input", () => {
    if (!alone(form)) sayAlone(form); // what is put right is not held against anybody until the next field
  });
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
    const field = form.querySelector<HTMLTextAreaElement>(`[name="${name}"]`);
    if (field && named(field.value).length === 0) missing.push([field.id, form.dataset[key] ?? ""]);
  }
  if (alone(form)) missing.push([list(form, "resident_side")?.id ?? "", samePerson()?.textContent?.trim() ?? ""]);
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

function list(form: HTMLFormElement, name: string): HTMLTextAreaElement | null {
  return form.querySelector<HTMLTextAreaElement>(`textarea[name="${name}"]`);
}

/** The people of a list as the ward tells them apart (ward/inspections, named): one a line or divided by semicolons, whatever their marks and capitals. */
function named(text: string): string[] {
  return text
    .split(/[\n;]/)
    .map((x) => x.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐÐƉ]/g, "d").toLowerCase().trim().replace(/\s+/g, " "))
    .filter(Boolean);
}

/** Everybody who came for the residents is among the inspectors too: one person in both fields is one, not two. */
function alone(form: HTMLFormElement): boolean {
  const members = named(list(form, "members")?.value ?? "");
  const side = named(list(form, "resident_side")?.value ?? "");
  return side.length > 0 && side.every((x) => members.includes(x));
}

/** The sentence of the ward about that, which came with the page. */
function samePerson(): DocumentFragment | undefined {
  return document.querySelector<HTMLTemplateElement>("#same-person")?.content;
}

/** Says it at the field at once: at the door there may be no network, and the ward would say it when everybody has gone home. */
function sayAlone(form: HTMLFormElement): void {
  const field = list(form, "resident_side");
  const box = field?.closest(".field");
  const sentence = samePerson()?.firstElementChild;
  if (!field || !box || !sentence) return;
  const words = sentence.textContent?.trim();
  const said = [...box.querySelectorAll(".error-text")].filter((x) => x.textContent?.trim() === words);
  const wrong = alone(form);
  if (wrong === said.length > 0) return;
  const described = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== sentence.id);
  if (wrong) {
    field.before(sentence.cloneNode(true));
    described.push(sentence.id);
  } else {
    for (const x of said) x.remove();
  }
  const bad = box.querySelector(".error-text") !== null;
  box.classList.toggle("has-error", bad);
  if (bad) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  if (described.length) field.setAttribute("aria-describedby", described.join(" "));
  else field.removeAttribute("aria-describedby");
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
