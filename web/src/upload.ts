import { setBusy } from "./submit";

/** form[data-upload]: sends the form with a bar that shows how much has gone; the answer is shown as if sent plainly. */
export function listenForUploads(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-upload]") || event.defaultPrevented) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    const button = event.submitter instanceof HTMLButtonElement ? event.submitter : null;
    send(form, button);
  });
}

function send(form: HTMLFormElement, button: HTMLButtonElement | null): void {
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", button?.textContent?.trim() ?? "");
  (button ?? form).after(bar);
  setBusy(form, true);

  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.upload.onprogress = (e) => {
    if (e.lengthComputable) bar.value = e.loaded / e.total;
  };
  request.onload = () => {
    if (request.status < 400 && request.responseURL) {
      location.assign(request.responseURL);
      return;
    }
    bar.remove();
    setBusy(form, false);
    showAnswer(request.responseText);
  };
  request.onerror = () => {
    bar.remove();
    setBusy(form, false);
    HTMLFormElement.prototype.submit.call(form); // the browser's own page says that there is no network
  };
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  request.send(data);
}

// A form that came back with errors takes the place of this page's content.
function showAnswer(html: string): void {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const main = answer.querySelector("main");
  const here = document.querySelector("main");
  if (!main || !here) return;
  here.replaceWith(document.adoptNode(main));
  document.title = answer.title;
  document.querySelector<HTMLElement>("[data-focus], main")?.focus();
}
