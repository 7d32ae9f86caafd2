import { contentFor, fetchPart } from "./part";

const askEvery = 60_000; // ms, where events do not come through
const renewEvery = 30_000; // ms at the least: on a day of inspections figures change every few seconds

/** [data-board-live]: asks for the board again when the server says that its figures changed. */
export function watchBoard(): void {
  const board = document.querySelector<HTMLElement>("#board[data-board-live]");
  const url = board?.dataset["boardLive"];
  if (!board || !url) return;
  let failures = 0;
  let last = 0;
  let waits = false;
  const changed = (): void => {
    if (waits) return;
    waits = true;
    const rest = Math.max(0, last + renewEvery - Date.now());
    window.setTimeout(() => {
      waits = false;
      last = Date.now();
      void renew(board);
    }, rest);
  };
  const events = new EventSource(url);
  events.onopen = () => (failures = 0);
  events.addEventListener("changed", changed);
  events.onerror = () => {
    // A stream that ended is opened again by the browser; one that never begins is given up.
    if (++failures < 5 && events.readyState !== EventSource.CLOSED) return;
    events.close();
    window.setInterval(() => void renew(board), askEvery);
  };
}

async function renew(board: HTMLElement): Promise<void> {
  if (document.hidden) {
    document.addEventListener("visibilitychange", () => void renew(board), { once: true });
    return;
  }
  const held = document.activeElement instanceof HTMLAnchorElement && board.contains(document.activeElement) ? document.activeElement.href : "";
  try {
    const answer = await fetchPart(location.href, "board", AbortSignal.timeout(15_000), true);
    board.replaceChildren(...contentFor(board, answer));
  } catch (fault) {
    console.warn(fault); // the figures stay as they were, with the time they were read at
    return;
  }
  for (const link of board.querySelectorAll("a")) {
    if (held && link.href === held) {
      link.focus({ preventScroll: true });
      break;
    }
  }
}
