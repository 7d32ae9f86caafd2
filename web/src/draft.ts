// A long form is kept on the phone while it is filled in, photos too: the battery may be empty before it is sent.
import { fill } from "./fill";
import * as queue from "./queue";

const pause = 300; // ms after the last key: a word is written once, not letter by letter

/** form[data-draft]: what is filled in is kept on the phone, and comes back with the page. Where that cannot be, leaving asks first. */
export function keepDrafts(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
    if (!queue.able || !queue.account() || queue.account() === queue.nobodys) {
      form.dataset["unsaved"] = "";
      continue;
    }
    void bring(form);
  }
}

async function bring(form: HTMLFormElement): Promise<void> {
  const item = await queue.get(queue.draftId(form));
  // A page that was refused shows the same that is kept, with the reasons; only the photos have to be put back.
  if (item && !location.hash.startsWith("#fix=")) {
    fill(form, item, true);
    sayOther(form, item);
  }
  let timer = 0;
  const later = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void keep(form), pause);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("kept-photos", later);
  for (const end of ["pagehide", "visibilitychange"]) {
    document.addEventListener(end, () => {
      if (timer) void keep(form);
    });
  }
}

/** What was begun by other criteria comes back too, and the page says so: the questions must be read again. */
function sayOther(form: HTMLFormElement, item: queue.Item): void {
  const then = item.fields.find(([name]) => name === "criteria")?.[1];
  if (!form.dataset["drafted"] || !then || then === String(new FormData(form).get("criteria"))) return;
  const note = document.createElement("p");
  note.className = "kept-note";
  note.setAttribute("role", "status");
  note.textContent = form.dataset["drafted"];
  form.before(note);
}

async function keep(form: HTMLFormElement): Promise<void> {
  if (form.dataset["leaving"] || form.getAttribute("aria-busy") === "true") return;
  await put(form);
}

async function put(form: HTMLFormElement): Promise<void> {
  const item = queue.itemOf(form, null);
  await queue.put({ ...item, id: queue.draftId(form), state: "draft" });
}

/** The form has left: what was kept of it goes. */
export async function forget(form: HTMLFormElement): Promise<void> {
  form.dataset["leaving"] = "1";
  await queue.remove(queue.draftId(form));
}

/** Before a form is sent only to be told what is wrong with it: its photos stay here, and what was typed just before the button was pressed
 * is kept too, or the page that comes back would put what stood there before in its place. */
export async function leaveFiles(form: HTMLFormElement): Promise<void> {
  form.dataset["leaving"] = "1";
  await put(form);
  for (const input of form.querySelectorAll<HTMLInputElement>('input[type="file"]')) input.value = "";
}
