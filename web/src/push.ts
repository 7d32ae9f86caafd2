/** form[data-push]: asks the browser to be woken when a message comes, and sends what it gives to the server. */
export function listenForPush(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-push]");
  if (!form) return;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    const field = form.querySelector<HTMLInputElement>(`[name="endpoint"]`);
    if (!field || field.value !== "") return; // filled in: the browser sends it
    event.preventDefault();
    event.stopPropagation();
    void subscribe(form);
  });
}

async function subscribe(form: HTMLFormElement): Promise<void> {
  const told = form.querySelector(".push-told");
  const tell = (text: string | undefined): void => {
    if (told) told.textContent = text ?? "";
  };
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !(await navigator.serviceWorker.getRegistration())) {
    tell(form.dataset["pushMissing"]);
    return;
  }
  if ((await Notification.requestPermission()) !== "granted") {
    tell(form.dataset["pushDenied"]);
    return;
  }
  try {
    const { pushManager } = await navigator.serviceWorker.ready;
    await (await pushManager.getSubscription())?.unsubscribe(); // one made with other keys would be of no use
    const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: form.dataset["push"] ?? "" });
    const { endpoint, keys } = made.toJSON();
    for (const [name, value] of Object.entries({ endpoint, p256dh: keys?.["p256dh"], auth: keys?.["auth"] })) {
      const field = form.querySelector<HTMLInputElement>(`[name="${name}"]`);
      if (field) field.value = value ?? "";
    }
    form.requestSubmit();
  } catch {
    tell(form.dataset["pushMissing"]);
  }
}
