// The map of house numbers: loaded by its own page alone. Every house is drawn with the mark of its state, on one canvas, so that a cheap
// phone holds a whole ward; where no server of pictures is stated, streets are told by their names.
import { Canvas, CircleMarker, DomUtil, type LatLngExpression, Map as LeafletMap, Marker, control, divIcon, latLngBounds, tileLayer } from "leaflet";

type House = [lat: number, lon: number, state: number, number: string, street: number, id: string];
interface Answer {
  streets: string[];
  houses: House[];
}

const classes = ["none", "bad", "cond", "ok"] as const; // by state
const numbersFrom = 19; // zoom from which the numbers stand above the marks
const namesFrom = 16;
const quarter = Math.PI / 2;

const box = document.querySelector<HTMLElement>("[data-map]");
if (box) void show(box);

async function show(box: HTMLElement): Promise<void> {
  try {
    const answer = await fetch(box.dataset["map"] ?? "", { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    draw(box, (await answer.json()) as Answer);
  } catch {
    const text = document.createElement("p");
    text.className = "notice";
    text.setAttribute("role", "alert");
    text.textContent = box.dataset["failed"] ?? "";
    box.replaceWith(text);
  }
}

/** What Leaflet keeps of a mark and its canvas; its types leave these out. */
interface Inner {
  _point: { x: number; y: number };
  _renderer: { _ctx: CanvasRenderingContext2D; _drawing: boolean };
  _map: LeafletMap;
  _empty(): boolean;
}

class Mark extends CircleMarker {
  constructor(at: LatLngExpression, readonly state: number, readonly number: string, readonly ink: Ink) {
    super(at, { radius: 7, weight: 2 });
  }

  /** Leaflet calls this for every mark that a new picture needs. */
  _updatePath(): void {
    const { _point: p, _renderer: renderer, _map: map } = this as unknown as Inner;
    if (!renderer._drawing || (this as unknown as Inner)._empty()) return;
    const c = renderer._ctx;
    const zoom = map.getZoom();
    const radius = zoom < 16.5 ? 3 : zoom < 18 ? 5 : 8;
    this.options.radius = radius;
    const colour = this.ink.marks[this.state] ?? this.ink.text;
    c.save();
    c.lineWidth = zoom < 18 ? 1.5 : 2.5;
    c.strokeStyle = c.fillStyle = colour;
    ring(c, p.x, p.y, radius + c.lineWidth, this.ink.paper);
    c.beginPath();
    switch (this.state) {
      case 3: // full circle
        c.arc(p.x, p.y, radius, 0, 4 * quarter);
        c.fill();
        break;
      case 2: // half circle
        c.arc(p.x, p.y, radius, 0, 4 * quarter);
        c.stroke();
        c.beginPath();
        c.arc(p.x, p.y, radius, quarter, 3 * quarter);
        c.fill();
        break;
      case 1: // ring with a bar
        c.arc(p.x, p.y, radius, 0, 4 * quarter);
        c.moveTo(p.x - radius * 0.5, p.y);
        c.lineTo(p.x + radius * 0.5, p.y);
        c.stroke();
        break;
      default: // dotted ring
        c.setLineDash([radius * 0.45, radius * 0.45]);
        c.arc(p.x, p.y, radius, 0, 4 * quarter);
        c.stroke();
    }
    if (zoom >= numbersFrom) this.label(c, p.x, p.y - radius - 9);
    c.restore();
  }

  private label(c: CanvasRenderingContext2D, x: number, y: number): void {
    c.setLineDash([]);
    c.font = this.ink.font;
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.lineWidth = 4;
    c.lineJoin = "round";
    c.strokeStyle = this.ink.paper;
    c.strokeText(this.number, x, y);
    c.fillStyle = this.ink.text;
    c.fillText(this.number, x, y);
  }
}

function ring(c: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string): void {
  const kept = c.fillStyle;
  c.fillStyle = colour;
  c.beginPath();
  c.arc(x, y, radius, 0, 4 * quarter);
  c.fill();
  c.fillStyle = kept;
}

/** The colours of the page, which change with the light. */
interface Ink {
  marks: string[];
  paper: string;
  text: string;
  font: string;
}

function ink(into: Ink): Ink {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  into.marks = ["--none", "--bad", "--cond-mark", "--ok"].map(of);
  into.paper = of("--sheet");
  into.text = of("--ink");
  into.font = `600 12px ${of("--font")}`;
  return into;
}

function draw(box: HTMLElement, answer: Answer): void {
  const colours = ink({ marks: [], paper: "", text: "", font: "" });
  const text = (name: string): string => box.dataset[name] ?? "";
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", text("label"));
  const renderer = new Canvas({ tolerance: 10, padding: 0.3 });
  const map = new LeafletMap(box, { renderer, zoomControl: false, attributionControl: false, maxZoom: 20, minZoom: 11, zoomSnap: 0.5, preferCanvas: true });
  control.zoom({ zoomInTitle: text("in"), zoomOutTitle: text("out") }).addTo(map);
  if (text("tiles")) {
    tileLayer(text("tiles"), { maxZoom: 20, maxNativeZoom: 19 }).addTo(map);
    control.attribution({ prefix: false }).addAttribution(escaped(text("credit"))).addTo(map);
  }
  map.fitBounds(latLngBounds(answer.houses.map((h) => [h[0], h[1]])).pad(0.05), { animate: false, maxZoom: 18 });

  const marks: Mark[] = [];
  for (const house of answer.houses) {
    const [lat, lon, state, number, street, id] = house;
    const mark = new Mark([lat, lon], state, number, colours);
    mark.bindPopup(() => popup(text, classes[state] ?? "none", `${number} ${answer.streets[street] ?? ""}`, id));
    mark.addTo(map);
    marks.push(mark);
    if (id === text("at")) {
      map.setView([lat, lon], numbersFrom, { animate: false });
      mark.openPopup();
    }
  }
  if (!text("tiles")) names(map, answer);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    ink(colours);
    for (const mark of marks) mark.redraw();
  });
}

function popup(text: (name: string) => string, state: string, address: string, id: string): HTMLElement {
  const all = document.createElement("div");
  const name = document.createElement("strong");
  name.textContent = address;
  const how = document.createElement("span");
  how.className = `state ${state}`;
  const mark = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  mark.setAttribute("class", `mark ${state}`);
  mark.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#m-${state}`);
  mark.append(use);
  how.append(mark, text(state));
  const link = document.createElement("a");
  link.href = `/houses/${id}`;
  link.textContent = text("open");
  all.append(name, how, link);
  return all;
}

/** Writes each street's name in the middle of its houses, which mostly is the road. */
function names(map: LeafletMap, answer: Answer): void {
  const groups = answer.streets.map((): House[] => []);
  for (const house of answer.houses) groups[house[4]]?.push(house);
  const labels = groups.flatMap((houses, i) => {
    const mean = (of: 0 | 1): number => houses.reduce((sum, house) => sum + house[of], 0) / houses.length;
    const name = document.createElement("span");
    name.textContent = answer.streets[i] ?? "";
    return houses.length ? [new Marker([mean(0), mean(1)], { interactive: false, keyboard: false, icon: divIcon({ className: "map-street", html: name, iconSize: [0, 0] }) })] : [];
  });
  const pane = map.getPane("markerPane");
  const seen = (): void => {
    if (pane) (map.getZoom() < namesFrom ? DomUtil.addClass : DomUtil.removeClass)(pane, "map-far");
  };
  for (const label of labels) label.addTo(map);
  map.on("zoomend", seen);
  seen();
}

function escaped(text: string): string {
  const e = document.createElement("span");
  e.textContent = text;
  return e.innerHTML;
}
