const longestSide = 1600; // px: enough to read a lock or a lamp, small enough for 3G
const quality = 0.82;

/** input[data-photo]: pictures are made smaller before they are sent, and shown. Drawing them anew also drops where they were taken. */
export function listenForPhotos(): void {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement && input.matches("[data-photo]") && input.files?.length) void prepare(input);
  });
}

async function prepare(input: HTMLInputElement): Promise<void> {
  const chosen = [...(input.files ?? [])];
  const form = input.form;
  form?.setAttribute("aria-busy", "true");
  try {
    const small = new DataTransfer();
    for (const file of chosen) small.items.add(await shrink(file));
    input.files = small.files;
    preview(input, [...small.files]);
  } finally {
    form?.setAttribute("aria-busy", "false");
  }
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
      return image;
    }),
  );
}
