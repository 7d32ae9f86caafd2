/**
 * form[data-grid]: a sheet of paper is entered with the keyboard alone. In a row, 1 to 4 choose and lead to the next one;
 * Enter and the arrows go without choosing, Backspace goes back and takes nothing away. Where a row asks for reasons, the
 * same keys tick them, and Enter leads on.
 */
export function listenForGrid(): void {
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (!(at instanceof HTMLInputElement) || !/^(radio|checkbox)$/.test(at.type) || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = at.closest<HTMLElement>("[data-grid-row]");
    const form = at.closest<HTMLFormElement>("form[data-grid]");
    if (!row || !form) return;
    const rows = [...form.querySelectorAll<HTMLElement>("[data-grid-row]")];
    const go = (step: number): void => {
      const next = rows[rows.indexOf(row) + step];
      if (next) enter(next);
      else if (step > 0) leave(form, row);
    };
    if (/^[1-9]$/.test(event.key)) {
      event.preventDefault();
      const choice = row.querySelector<HTMLInputElement>(`input[type="${at.type}"][data-key="${event.key}"]`);
      if (!choice) return; // the item applies to every house
      choice.checked = at.type === "radio" || !choice.checked;
      choice.dispatchEvent(new Event("input", { bubbles: true }));
      if (at.type === "radio" && !reasons(row, event.key !== "1")) go(1);
    } else if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      go(1);
    } else if (event.key === "Backspace" || event.key === "ArrowUp") {
      event.preventDefault();
      go(-1);
    }
  });
  // Enter in the fields over the grid goes on to the grid instead of sending a sheet that nobody has entered yet.
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (event.key !== "Enter" || !(at instanceof HTMLInputElement) || at.closest("[data-grid-row]")) return;
    const form = at.closest<HTMLFormElement>("form[data-grid]");
    const open = form && firstOpen(form);
    if (!open) return;
    event.preventDefault();
    enter(open);
  });
  document.addEventListener("input", (event) => {
    const form = event.target instanceof Element ? event.target.closest<HTMLFormElement>("form[data-grid]") : null;
    if (form) count(form);
  });
}

function firstOpen(form: HTMLFormElement): HTMLElement | undefined {
  return [...form.querySelectorAll<HTMLElement>("[data-grid-row]")].find((row) => !row.querySelector("input:checked"));
}

/** Opens what a row asks for besides, when there is something and it is wanted, and goes there. */
function reasons(row: HTMLElement, wanted: boolean): boolean {
  const more = row.querySelector<HTMLDetailsElement>("details");
  if (!more || !wanted) return false;
  more.open = true;
  more.querySelector<HTMLInputElement>("input")?.focus();
  return true;
}

function enter(row: HTMLElement): void {
  const field = row.querySelector<HTMLInputElement>("input:checked") ?? row.querySelector<HTMLInputElement>("input");
  field?.focus();
  row.scrollIntoView({ block: "center" });
}

/** After the last row: the field behind it, else the button. */
function leave(form: HTMLFormElement, last: HTMLElement): void {
  const after = [...form.querySelectorAll<HTMLElement>("textarea, button:not([type=button])")].find(
    (field) => last.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  after?.focus();
}

function count(form: HTMLFormElement): void {
  const line = form.querySelector<HTMLElement>("[data-grid-count]");
  if (!line) return;
  const done = form.querySelectorAll("[data-grid-row] input:checked").length;
  line.textContent = (line.dataset["gridCount"] ?? "").replace("#", String(done));
}
