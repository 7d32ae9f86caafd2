import { refresh } from "./live";

const giveUpAfter = 15_000; // ms: a network that never answered must not lock the form for good

/** Filters send themselves; a form that writes is sent once, however often the button is pressed. */
export function listenForSubmits(): void {
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLSelectElement || field instanceof HTMLInputElement)) return;
    if (!field.matches("[data-auto]") || !field.form) return;
    if (field.closest("[data-live-target]")) void refresh(field.form, field);
    else field.form.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
    if (form.method !== "post" && !form.matches("[data-once]")) return;
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    setBusy(form, true);
    window.setTimeout(() => setBusy(form, false), giveUpAfter);
  });
  // Back from the next page: the browser shows this one as it was left, with its form still busy.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll<HTMLFormElement>('form[aria-busy="true"]')) setBusy(form, false);
  });
}

/** Marks a form as being sent. The buttons stay enabled: a disabled one would not send its own value. */
export function setBusy(form: HTMLFormElement, busy: boolean): void {
  form.setAttribute("aria-busy", String(busy));
  for (const element of form.elements) {
    if (!(element instanceof HTMLButtonElement)) continue;
    if (busy) element.setAttribute("aria-disabled", "true");
    else element.removeAttribute("aria-disabled");
  }
}
