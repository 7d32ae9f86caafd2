// Who came: at least two, one of them for the residents. One person in both fields is one, and that is said at the field at once, on
// the page for the door (where there may be no network) and on the whole sheet alike.

/** form[data-team], which holds the sentence of the ward in its template. */
export function watchTeams(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-team]")) {
    for (const event of ["change", "filled"]) form.addEventListener(event, () => say(form));
    form.addEventListener("input", () => {
      if (!alone(form)) say(form); // what is put right is not held against anybody until the next field
    });
    say(form);
  }
}

/** A list of people of the form. */
export function people(form: HTMLFormElement, name: string): HTMLTextAreaElement | null {
  return form.querySelector<HTMLTextAreaElement>(`textarea[name="${name}"]`);
}

/** The people of a list as the ward tells them apart (ward/inspections, named): one a line or divided by semicolons, whatever their marks and capitals. */
export function named(text: string): string[] {
  return text
    .split(/[\n;]/)
    .map((x) => x.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐÐƉ]/g, "d").toLowerCase().trim().replace(/\s+/g, " "))
    .filter(Boolean);
}

/** Everybody who came for the residents is among the inspectors too: one person in both fields is one, not two. */
export function alone(form: HTMLFormElement): boolean {
  const members = named(people(form, "members")?.value ?? "");
  const side = named(people(form, "resident_side")?.value ?? "");
  return side.length > 0 && side.every((x) => members.includes(x));
}

/** The sentence of the ward about that, which came with the page. */
export function samePerson(): DocumentFragment | undefined {
  return document.querySelector<HTMLTemplateElement>("#same-person")?.content;
}

function say(form: HTMLFormElement): void {
  const field = people(form, "resident_side");
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
