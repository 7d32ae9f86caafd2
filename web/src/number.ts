/** The number of one submission: a UUIDv7, which sorts by time. Also where crypto.randomUUID is missing, on plain http. */
export function newNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let ms = Date.now();
  for (let i = 5; i >= 0; i--, ms = Math.floor(ms / 256)) bytes[i] = ms % 256;
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Gives every form a number of its own: a page that comes out of the phone's memory carries one that was used. */
export function numberForms(root: ParentNode = document): void {
  for (const field of root.querySelectorAll<HTMLInputElement>('form[method="post"] input[name="request_id"]')) field.value = newNumber();
}

export function watchNumbers(): void {
  numberForms();
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) numberForms();
  });
}
