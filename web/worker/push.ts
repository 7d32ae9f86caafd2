// What wakes a sleeping page: shows the line that the server sent, and opens its page when it is touched. The line holds no
// more than a locked screen may show; see docs/decisions/0016.
interface Note {
  title: string;
  body: string;
  href: string;
  tag: string;
}

export function listenForPushes(worker: ServiceWorkerGlobalScope): void {
  worker.addEventListener("push", (event) => {
    const note = event.data?.json() as Note | undefined;
    if (!note) return;
    event.waitUntil(worker.registration.showNotification(note.title, { body: note.body, tag: note.tag, data: note.href, lang: "vi" }));
  });
  worker.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const page = new URL(String(event.notification.data ?? "/inbox"), worker.location.origin);
    if (page.origin !== worker.location.origin) return;
    event.waitUntil(
      (async () => {
        for (const client of await worker.clients.matchAll({ type: "window" })) {
          if (client.url === page.href) return void (await client.focus());
        }
        await worker.clients.openWindow(page.href);
      })(),
    );
  });
}
