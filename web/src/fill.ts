import type { Item } from "./queue";

/**
 * Puts what was filled in then into a form, files too. With made, also the hidden fields that say from which page it was made: what
 * somebody else has written since is told apart by them. The version of the criteria stays that of the page, whose questions one reads now.
 */
export function fill(form: HTMLFormElement, item: Item, made = false): void {
  for (const element of form.elements) {
    const given = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement;
    if (!given || element.name === "request_id" || element.name === "criteria" || (element.type === "hidden" && !made)) continue;
    const values = item.fields.filter(([name]) => name === element.name).map(([, value]) => value);
    if (element instanceof HTMLInputElement && element.type === "file") {
      const files = new DataTransfer();
      for (const f of item.files) if (f.field === element.name) files.items.add(new File([f.blob], f.name, { type: f.blob.type }));
      if (!files.files.length) continue;
      element.files = files.files;
    } else if (element instanceof HTMLInputElement && (element.type === "radio" || element.type === "checkbox")) {
      element.checked = values.includes(element.value);
    } else if (values.length) {
      element.value = values[0] ?? "";
    }
    element.dispatchEvent(new Event("filled", { bubbles: true }));
  }
}
