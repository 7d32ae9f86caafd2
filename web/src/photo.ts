const longestSide = 1600; // px: enough to read a lock or a lamp, small enough for 3G
const quality = 0.82;

/** input[data-photo]: pictures are made smaller before they are sent, and shown. Drawing them anew also drops where they were taken. */
export function listenForPhotos(): void {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement && input.matches("[data-photo]") && input.files?.length) void prepare(input);
  });
  document.addEventListener("filled", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.matches("[data-photo]") || !input.files?.length) return;
    taken.set(input, [...input.files]);
    preview(input, [...input.files]);
  });
}

/** Where one item takes several photos, each time that the camera opens adds to those before. */
const taken = new WeakMap<HTMLInputElement, File[]>();

async function prepare(input: HTMLInputElement): Promise<void> {
  const chosen = [...(input.files ?? [])];
  const form = input.form;
  form?.setAttribute("aria-busy", "true");
  try {
    const small = new DataTransfer();
    if ("photoMore" in input.dataset) for (const file of taken.get(input) ?? []) small.items.add(file);
    for (const file of chosen) small.items.add(await shrink(file));
    keep(input, small);
  } finally {
    form?.setAttribute("aria-busy", "false");
  }
  form?.dispatchEvent(new Event("kept-photos"));
}

function keep(input: HTMLInputElement, files: DataTransfer): void {
  input.files = files.files;
  taken.set(input, [...files.files]);
  preview(input, [...files.files]);
}

/** Takes one of the photos back that were taken for an item. */
function drop(input: HTMLInputElement, file: File): void {
  const rest = new DataTransfer();
  for (const other of taken.get(input) ?? []) if (other !== file) rest.items.add(other);
  keep(input, rest);
  input.form?.dispatchEvent(new Event("kept-photos"));
}

/** The picture as JPEG no longer than longestSide; the file as it was when the browser cannot read it. */
export async function shrink(file: File): Promise<File> {
  if (!file.type.startsWith("image/")) return file;
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file; // the server checks it again and says what is wrong
  }
  const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", quality));
  if (!blob) return file;
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified });
}

function preview(input: HTMLInputElement, files: File[]): void {
  const field = input.closest(".field") ?? input;
  let row = field.nextElementSibling;
  if (!row?.matches(".photos[data-preview]")) {
    row = document.createElement("div");
    row.className = "photos";
    row.setAttribute("data-preview", "");
    field.after(row);
  }
  for (const old of row.querySelectorAll("img")) URL.revokeObjectURL(old.src);
  row.replaceChildren(
    ...files.map((file) => {
      const image = new Image();
      image.src = URL.createObjectURL(file);
      image.alt = file.name;
      const more = input.dataset["photoMore"];
      if (!more) return image;
      const box = document.createElement("div");
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "as-link", textContent: more });
      button.addEventListener("click", () => drop(input, file));
      box.append(image, button);
      return box;
    }),
  );
}
