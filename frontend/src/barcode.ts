// Read a barcode with the phone's camera where the browser can; typing works everywhere.
// A form that collects several (data-order-draft, data-package-scan, or data-scan-continuous checked)
// keeps the camera on and is told each code; a count (data-stock-count) is told one.
interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
declare const BarcodeDetector: new (options: { formats: string[] }) => Detector;

const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "itf", "code_128", "qr_code"];
const PAUSE = 200;
const BETWEEN_CODES = 1500;

class Camera {
  private stream: MediaStream | null = null;
  private readonly detector = new BarcodeDetector({ formats: FORMATS });
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
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      this.input("item").focus();
      return;
    }
    this.video.srcObject = this.stream;
    this.video.hidden = this.end.hidden = false;
    await this.video.play();
    void this.look();
  }

  private stop(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.hidden = this.end.hidden = true;
    this.begin.hidden = false;
  }

  private async look(): Promise<void> {
    if (!this.stream) return;
    const [found] = await this.detector.detect(this.video).catch(() => []);
    if (!found) {
      setTimeout(() => void this.look(), PAUSE);
      return;
    }
    this.input("item").value = found.rawValue;
    navigator.vibrate?.(60);
    const keepOn = this.form.querySelector<HTMLInputElement>("[data-scan-continuous]");
    if (this.form.hasAttribute("data-stock-count")) {
      this.stop();
      this.form.dispatchEvent(new CustomEvent("scanned"));
    } else if (this.form.matches("[data-order-draft], [data-package-scan]") || keepOn?.checked) {
      this.form.dispatchEvent(new CustomEvent("scanned"));
      setTimeout(() => void this.look(), BETWEEN_CODES);
    } else {
      this.stop();
      this.input("quantity").focus();
      this.input("quantity").select();
    }
  }
}

export function start(form: HTMLFormElement): void {
  if ("BarcodeDetector" in window && "mediaDevices" in navigator) new Camera(form);
}
