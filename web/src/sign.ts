const width = 600; // the field in which one signs, as the server keeps it
const height = 200;
const longest = 15_900; // characters of a path
const nearest = 3; // units between two points: finer is not seen

/** [data-sign]: a canvas to sign on with a finger or a pen; the path goes into the field that belongs to it. */
export function signOnGlass(): void {
  for (const pad of document.querySelectorAll<HTMLElement>("[data-sign]")) prepare(pad);
}

function prepare(pad: HTMLElement): void {
  const canvas = pad.querySelector("canvas");
  const field = pad.querySelector("textarea");
  const pen = canvas?.getContext("2d");
  if (!canvas || !field || !pen) return;
  let drawing = false;
  let last: [number, number] = [0, 0];
  const draw = (): void => {
    pen.clearRect(0, 0, width, height);
    Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: getComputedStyle(canvas).color });
    pen.stroke(new Path2D(field.value));
  };
  const at = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    const x = Math.round(((event.clientX - box.left) / box.width) * width);
    const y = Math.round(((event.clientY - box.top) / box.height) * height);
    return [Math.min(Math.max(x, 0), width), Math.min(Math.max(y, 0), height)];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (field.value.length > longest) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    drawing = true;
    last = at(event);
    field.value += `M${last[0]} ${last[1]}L${last[0]} ${last[1]}`;
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing || field.value.length > longest) return;
    const now = at(event);
    if (Math.hypot(now[0] - last[0], now[1] - last[1]) < nearest) return;
    last = now;
    field.value += `L${now[0]} ${now[1]}`;
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      if (drawing) field.dispatchEvent(new Event("input", { bubbles: true }));
      drawing = false;
    });
  }
  field.addEventListener("filled", draw);
  pad.querySelector("[data-sign-clear]")?.addEventListener("click", () => {
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    draw();
  });
  draw(); // a form that came back shows what was signed
}
