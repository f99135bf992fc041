// Read a barcode with the phone's camera: by the browser's own detector, else by ours; typing works everywhere.
// A form that collects several (data-order-draft, data-package-scan, or data-scan-continuous checked)
// keeps the camera on and is told each code; a count (data-stock-count) is told one.
interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
declare const BarcodeDetector: {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
};

const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "itf", "code_128", "qr_code"];
const PAUSE = 120;
const AWAY = { looks: 5, time: 1500 };

// A product that stays before the camera is told once; taken away and shown again it is another.
// Looks are counted beside the time: on a slow phone seconds pass between two of them.
class Shown {
  private code = "";
  private seenAt = 0;
  private missed = 0;

  none(): void {
    this.missed += 1;
  }

  isNew(code: string): boolean {
    const away = this.missed >= AWAY.looks && Date.now() - this.seenAt >= AWAY.time;
    const another = away || code !== this.code;
    this.code = code;
    this.seenAt = Date.now();
    this.missed = 0;
    return another;
  }
}

class Camera {
  private stream: MediaStream | null = null;
  private detector: Detector | null = null;
  private shown = new Shown();
  private readonly video: HTMLVideoElement;
  private readonly begin: HTMLButtonElement;
  private readonly end: HTMLButtonElement;

  constructor(private readonly form: HTMLFormElement) {
    this.video = form.querySelector("[data-scan-video]")!;
    this.begin = form.querySelector("[data-scan-start]")!;
    this.end = form.querySelector("[data-scan-stop]")!;
    this.begin.hidden = false;
    this.begin.addEventListener("click", () => void this.open());
    this.end.addEventListener("click", () => this.stop());
    addEventListener("pagehide", () => this.stop());
  }

  private input(name: string): HTMLInputElement {
    return this.form.elements.namedItem(name) as HTMLInputElement;
  }

  private async open(): Promise<void> {
    this.begin.hidden = true;
    this.say(false);
    try {
      [this.stream, this.detector] = await Promise.all([
        navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } }),
        this.detector ?? makeDetector(),
      ]);
    } catch {
      this.begin.hidden = false;
      this.say(true);
      this.input("item").focus();
      return;
    }
    this.shown = new Shown();
    this.video.srcObject = this.stream;
    this.video.hidden = this.end.hidden = false;
    await this.video.play();
    void this.look();
  }

  // Refused, missing or used by somebody else: say so, the code can be typed.
  private say(refused: boolean): void {
    const text = this.form.querySelector<HTMLElement>("[data-scan-refused]");
    if (text) text.hidden = !refused;
  }

  private stop(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.hidden = this.end.hidden = true;
    this.begin.hidden = false;
  }

  private async look(): Promise<void> {
    if (!this.stream || !this.detector) return;
    const [found] = await this.detector.detect(this.video).catch(() => []);
    if (!this.stream) return;
    if (found && this.shown.isNew(found.rawValue)) this.tell(found.rawValue);
    else if (!found) this.shown.none();
    if (this.stream) setTimeout(() => void this.look(), PAUSE);
  }

  private tell(code: string): void {
    this.input("item").value = code;
    navigator.vibrate?.(60);
    const keepOn = this.form.querySelector<HTMLInputElement>("[data-scan-continuous]");
    if (this.form.matches("[data-order-draft], [data-package-scan]") || keepOn?.checked) {
      this.form.dispatchEvent(new CustomEvent("scanned"));
      return;
    }
    this.stop();
    if (this.form.hasAttribute("data-stock-count")) {
      this.form.dispatchEvent(new CustomEvent("scanned"));
    } else {
      this.input("quantity").focus();
      this.input("quantity").select();
    }
  }
}

// Some browsers have the class and can read nothing with it.
async function makeDetector(): Promise<Detector> {
  if ("BarcodeDetector" in window) {
    const able = await BarcodeDetector.getSupportedFormats().catch((): string[] => []);
    const formats = FORMATS.filter((format) => able.includes(format));
    if (formats.includes("ean_13")) return new BarcodeDetector({ formats });
  }
  const { PictureReader } = await import("./barcode-reader");
  return new PictureReader();
}

export function start(form: HTMLFormElement): void {
  if (!("mediaDevices" in navigator)) return;
  new Camera(form);
  // kept by the service worker, so that the camera works without network as well
  if (!("BarcodeDetector" in window)) void import("./barcode-reader");
}
