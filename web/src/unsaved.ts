/** form[data-unsaved]: asks before one leaves with something typed and not sent. */
export function watchUnsaved(): void {
  const changed = new Set<HTMLFormElement>();
  const formOf = (event: Event): HTMLFormElement | null =>
    event.target instanceof Element ? event.target.closest<HTMLFormElement>("form[data-unsaved]") : null;

  document.addEventListener("input", (event) => {
    const form = formOf(event);
    if (form) changed.add(form);
  });
  for (const done of ["submit", "reset"]) {
    document.addEventListener(done, (event) => {
      const form = formOf(event);
      if (form) changed.delete(form);
    });
  }
  window.addEventListener("beforeunload", (event) => {
    for (const form of changed) {
      if (form.isConnected) event.preventDefault();
    }
  });
}
