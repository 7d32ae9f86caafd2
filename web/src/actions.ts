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
  const text = button.dataset["copy"] ?? "";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copySelected(text)) return; // an address without https, an old browser: the words can still be selected by hand
  }
  const done = button.dataset["copied"];
  if (done) (button.querySelector("span") ?? button).textContent = done;
}

/** Copies through a field of its own, as browsers did before they had a clipboard for pages. */
function copySelected(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "sr";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
