/** Small things: a button that prints, one that copies, the element that takes the focus. */
export function listenForActions(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const button = event.target.closest<HTMLElement>("[data-print], [data-copy]");
    if (!button) return;
    event.preventDefault();
    if (button.dataset["copy"] !== undefined) void copy(button);
    else window.print();
  });
  document.querySelector<HTMLElement>("[data-focus]")?.focus();
}

async function copy(button: HTMLElement): Promise<void> {
  await navigator.clipboard.writeText(button.dataset["copy"] ?? "");
  const done = button.dataset["copied"];
  if (done) button.textContent = done;
}
