/** Writes beside the button of a file field what was chosen: the browser's own words are hidden, they are in the browser's language. */
export function nameFiles(): void {
  for (const event of ["change", "filled"]) document.addEventListener(event, (e) => name(e.target));
  window.addEventListener("pageshow", () => document.querySelectorAll(".file input").forEach(name)); // one that comes back may hold its files still
}

function name(input: EventTarget | null): void {
  if (!(input instanceof HTMLInputElement)) return;
  const chosen = input.closest(".file")?.querySelector<HTMLElement>(".chosen");
  if (!chosen) return;
  const files = [...(input.files ?? [])];
  const { none = "", count = "" } = chosen.dataset;
  chosen.textContent = files.length > 1 ? count.replace("#", String(files.length)) : (files[0]?.name ?? none);
}
