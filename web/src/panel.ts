import { contentFor, fetchPart } from "./part";

const rest = 160; // ms on a row before its panel is fetched, so that arrowing down a list stays light

let timer = 0;
let running: AbortController | undefined;

/** table[data-panel="id"]: the row one points at or stands on is shown in the panel; its link opens the page as ever. */
export function listenForRows(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.target.closest("a, button, input, label, select")) return;
    if (window.getSelection()?.toString()) return; // copying a row is not choosing it
    const row = rowAt(event.target);
    if (row) void show(row);
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target instanceof Element && event.target.matches(":focus-visible") ? rowAt(event.target) : null;
    clearTimeout(timer);
    if (row && !row.classList.contains("sel")) timer = window.setTimeout(() => void show(row), rest);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (!(event.target instanceof HTMLAnchorElement)) return;
    const row = rowAt(event.target);
    const next = event.key === "ArrowDown" ? row?.nextElementSibling : row?.previousElementSibling;
    const link = next?.querySelector<HTMLAnchorElement>("th a[href]");
    if (!link) return;
    event.preventDefault();
    link.focus();
  });
}

/** The row of a list that has a panel, where the screen has room for it. */
function rowAt(element: Element): HTMLTableRowElement | null {
  const row = element.closest<HTMLTableRowElement>("table[data-panel] tbody tr");
  return row && panelOf(row)?.offsetParent ? row : null;
}

function panelOf(row: Element): HTMLElement | null {
  return document.getElementById(row.closest<HTMLElement>("table[data-panel]")?.dataset["panel"] ?? "");
}

async function show(row: HTMLTableRowElement): Promise<void> {
  const table = row.closest<HTMLElement>("table[data-panel]");
  const panel = panelOf(row);
  const link = row.querySelector<HTMLAnchorElement>("th a[href]");
  if (!table || !panel || !link) return;
  running?.abort();
  const mine = (running = new AbortController());
  for (const old of table.querySelectorAll("tr.sel")) mark(old, false);
  mark(row, true);
  panel.setAttribute("aria-busy", "true");
  try {
    const answer = await fetchPart(link.href, "panel", mine.signal);
    if (!mine.signal.aborted) panel.replaceChildren(...contentFor(panel, answer));
  } catch (fault) {
    if (mine.signal.aborted) return;
    console.warn(fault);
    location.assign(link.href);
  } finally {
    if (running === mine) panel.removeAttribute("aria-busy");
  }
}

function mark(row: Element, chosen: boolean): void {
  row.classList.toggle("sel", chosen);
  const link = row.querySelector("th a");
  if (chosen) link?.setAttribute("aria-current", "true");
  else link?.removeAttribute("aria-current");
}
