/**
 * Asks the server for one part of a page; the server may answer with the part alone or with the whole page. byItself: nobody pressed
 * anything, so that a desk left open signs out in time.
 */
export async function fetchPart(url: string, part: string, signal: AbortSignal, byItself = false): Promise<Document> {
  const answer = await fetch(url, {
    headers: { Accept: "text/html", "Sonha-Part": part, ...(byItself ? { "Sonha-Watch": "1" } : {}) },
    credentials: "same-origin",
    signal,
  });
  // A session that has ended answers with the sign-in page: show it instead of putting it into a list.
  if (answer.redirected && new URL(answer.url).pathname !== new URL(url, location.href).pathname) {
    location.assign(answer.url);
  }
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** The nodes of an answer that belong into the element with this id: its own content, or all that came. */
export function contentFor(target: Element, answer: Document): Node[] {
  const same = target.id ? answer.getElementById(target.id) : null;
  return [...(same ?? answer.body).childNodes];
}

/** The address of a form sent by GET, without its empty fields. */
export function addressOf(form: HTMLFormElement): string {
  const url = new URL(form.action, location.href);
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value !== "") query.append(name, value);
  }
  url.search = query.toString();
  return url.pathname + url.search;
}
