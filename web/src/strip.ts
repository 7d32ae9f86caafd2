/** [data-strip]: arrow keys walk along the street and cross it; Home and End go to the ends of a side. */
export function listenForDoors(): void {
  document.addEventListener("keydown", (event) => {
    const door = event.target;
    if (!(door instanceof HTMLAnchorElement) || !door.matches("[data-strip] .door")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = neighbour(door, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}

function neighbour(door: HTMLAnchorElement, key: string): HTMLElement | null {
  const side = door.closest(".doors");
  if (!side) return null;
  const row = [...side.querySelectorAll<HTMLElement>(".door")];
  switch (key) {
    case "Home":
      return row[0] ?? null;
    case "End":
      return row.at(-1) ?? null;
    case "ArrowLeft":
    case "ArrowRight":
    case "ArrowUp":
    case "ArrowDown":
      return nearest(door, key);
    default:
      return null;
  }
}

// The street lies on a desk and stands on the phone, and alleys branch off: what lies in the
// direction of the arrow is found by where the doors are on the screen, not by their order.
function nearest(from: HTMLElement, key: string): HTMLElement | null {
  const a = centre(from);
  let best: HTMLElement | null = null;
  let bestCost = Infinity;
  for (const other of document.querySelectorAll<HTMLElement>("[data-strip] .door")) {
    if (other === from) continue;
    const b = centre(other);
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const [ahead, aside] =
      key === "ArrowRight" ? [dx, dy] : key === "ArrowLeft" ? [-dx, dy] : key === "ArrowDown" ? [dy, dx] : [-dy, dx];
    if (ahead < 4) continue;
    const cost = ahead + 3 * Math.abs(aside);
    if (cost < bestCost) [best, bestCost] = [other, cost];
  }
  return best;
}

function centre(e: HTMLElement): { x: number; y: number } {
  const box = e.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}
