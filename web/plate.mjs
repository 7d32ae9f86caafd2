// Draws the enamel plate as PNG for the home screens of phones, from the same strokes as static/icon.svg: a phone
// cuts a maskable icon to its own shape, so the blue goes to the edge and the plate keeps inside the safe circle.
import { crc32, deflateSync } from "node:zlib";

const blue = [0x17, 0x45, 0x7f];
const white = [255, 255, 255];

/** The strokes of an SVG path that uses M, l, c, H, V and their like in one case each, as lists of points. */
function strokes(path) {
  const lines = [];
  let at = [0, 0];
  for (const [, letter, rest] of path.matchAll(/([MVlc])([^MVlc]*)/g)) {
    const n = [...rest.matchAll(/-?\d*\.?\d+/g)].map(Number);
    if (letter === "M") lines.push([(at = [n[0], n[1]])]);
    const line = lines.at(-1);
    if (letter === "V") line.push((at = [at[0], n[0]]));
    if (letter === "l") line.push((at = [at[0] + n[0], at[1] + n[1]]));
    for (let i = 0; letter === "c" && i < n.length; i += 6) {
      const p = [0, 2, 4].map((k) => [at[0] + n[i + k], at[1] + n[i + k + 1]]);
      for (let t = 1 / 12; t < 1.001; t += 1 / 12) {
        const u = 1 - t;
        line.push([0, 1].map((d) => u ** 3 * at[d] + 3 * u * u * t * p[0][d] + 3 * u * t * t * p[1][d] + t ** 3 * p[2][d]));
      }
      at = p[2];
    }
  }
  return lines;
}

function toSegment([x, y], [a, b], [c, d]) {
  const [dx, dy] = [c - a, d - b];
  const t = Math.max(0, Math.min(1, ((x - a) * dx + (y - b) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - a - t * dx, y - b - t * dy);
}

/** Distance to the edge of a rounded square around the middle; negative inside. */
function toSquare([x, y], half, radius) {
  const q = [Math.abs(x - 32) - half + radius, Math.abs(y - 32) - half + radius];
  return Math.hypot(Math.max(q[0], 0), Math.max(q[1], 0)) + Math.min(Math.max(q[0], q[1]), 0) - radius;
}

/** A square PNG of the plate. scale < 1 makes the drawing smaller and lets the blue go to the edge. */
export function plate(svg, side, scale) {
  const lines = strokes(/ d="([^"]+)"/.exec(svg)[1]);
  const unit = 64 / side / scale; // of the drawing, in a pixel
  const cover = (distance) => Math.max(0, Math.min(1, 0.5 - distance / unit));
  const raw = Buffer.alloc(side * (side * 4 + 1));
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const p = [column, row].map((k) => 32 + (k + 0.5 - side / 2) * unit);
      const letters = Math.min(...lines.flatMap((line) => line.slice(1).map((q, i) => toSegment(p, line[i], q))));
      const frame = Math.abs(toSquare(p, 27, 7));
      const ink = Math.max(cover(letters - 2.1), cover(frame - 1.5));
      const ground = scale < 1 ? 1 : cover(toSquare(p, 32, 11));
      const o = row * (side * 4 + 1) + 1 + column * 4;
      for (let k = 0; k < 3; k++) raw[o + k] = Math.round(blue[k] + (white[k] - blue[k]) * ink);
      raw[o + 3] = Math.round(255 * ground);
    }
  }
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(raw, { level: 9 })), chunk("IEND", Buffer.alloc(0)),
  ]);
}
