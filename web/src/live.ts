import { addressOf, contentFor, fetchPart } from "./part";

const pauseBetweenKeys = 180; // ms: shorter asks for words half typed, longer feels slow

let timer = 0;
let running: AbortController | undefined;

/** Search as one types: input[data-live][data-live-target="#list"] inside a GET form. */
export function listenForTyping(): void {
  document.addEventListener("input", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.matches("[data-live]") || !input.form) return;
    if (event instanceof InputEvent && event.isComposing) return; // Telex and VNI keyboards still at work
    later(input.form, input);
  });
  document.addEventListener("compositionend", (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement && input.matches("[data-live]") && input.form) later(input.form, input);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    const input = form.querySelector<HTMLInputElement>("input[data-live]");
    if (input && targetOf(input)) {
      event.preventDefault();
      clearTimeout(timer);
      void refresh(form, input);
    }
  });
}

function later(form: HTMLFormElement, from: HTMLElement): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => void refresh(form, from), pauseBetweenKeys);
}

function targetOf(from: HTMLElement): Element | null {
  const selector = from.dataset["liveTarget"] ?? from.closest<HTMLElement>("[data-live-target]")?.dataset["liveTarget"];
  return selector ? document.querySelector(selector) : null;
}

/** Fetches the list for the form as it stands and keeps the address in step, so that the page can be sent on. */
export async function refresh(form: HTMLFormElement, from: HTMLElement): Promise<void> {
  const target = targetOf(from);
  if (!target) return;
  running?.abort();
  const mine = (running = new AbortController());
  const url = addressOf(form);
  target.setAttribute("aria-busy", "true");
  try {
    const answer = await fetchPart(url, "list", mine.signal);
    if (mine.signal.aborted) return;
    target.replaceChildren(...contentFor(target, answer));
    history.replaceState(history.state, "", url);
  } catch (fault) {
    if (mine.signal.aborted) return;
    console.warn(fault);
    form.submit(); // the plain way still works, and shows what is wrong
  } finally {
    if (running === mine) target.removeAttribute("aria-busy");
  }
}
