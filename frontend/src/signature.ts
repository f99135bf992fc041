// A signature with finger, pen or mouse: drawn on a canvas, sent as a PNG in a hidden field. Who cannot
// draw types the name, which the form asks for anyway.
const INK = 2.5;
const MOST = 640;

export function start(box: HTMLElement): void {
  const canvas = box.querySelector("canvas")!;
  const field = box.querySelector<HTMLInputElement>("input[name=signature]")!;
  const told = box.querySelector<HTMLElement>("[data-signature-told]")!;
  const pen = canvas.getContext("2d")!;
  box.hidden = false;

  const blank = (): void => {
    const { width, height } = canvas.getBoundingClientRect();
    const scale = Math.min(window.devicePixelRatio || 1, MOST / Math.max(1, width));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    // white under the ink whatever the theme: the picture is kept
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, width, height);
    pen.strokeStyle = "#111";
    pen.lineWidth = INK;
    pen.lineCap = pen.lineJoin = "round";
    field.value = told.textContent = "";
  };
  const at = (event: PointerEvent): [number, number] => {
    const place = canvas.getBoundingClientRect();
    return [event.clientX - place.left, event.clientY - place.top];
  };
  let drawing = false;

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    drawing = true;
    pen.beginPath();
    pen.moveTo(...at(event));
    pen.lineTo(...at(event));
    pen.stroke();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  const lift = (): void => {
    if (!drawing) return;
    drawing = false;
    field.value = canvas.toDataURL("image/png");
    told.textContent = told.dataset.signed!;
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  box.querySelector("[data-signature-clear]")!.addEventListener("click", blank);
  blank();
}
