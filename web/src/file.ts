/** Writes beside the button of a file field what was chosen: the browser's own words are hidden, they are in the browser's language. */
export function nameFiles(): void {
  document.addEventListener("change", (event) => name(event.target));
  document.addEventListener("filled", (event) => name(event.target));
  document.addEventListener("reset", (event) => {
    if (event.target instanceof HTMLFormElement) window.setTimeout(nameAll, 0, event.target);
  });
  window.addEventListener("pageshow", () => nameAll(document)); // one that comes back may hold its files still
}

function nameAll(within: ParentNode): void {
  for (const input of within.querySelectorAll(".file input")) name(input);
}

function name(input: EventTarget | null): void {
  if (!(input instanceof HTMLInputElement)) return;
  const chosen = input.closest(".file")?.querySelector<HTMLElement>(".chosen");
  if (!chosen) return;
  const files = [...(input.files ?? [])];
  const { none = "", count = "" } = chosen.dataset;
  chosen.textContent = files.length > 1 ? count.replace("#", String(files.length)) : (files[0]?.name ?? none);
}
