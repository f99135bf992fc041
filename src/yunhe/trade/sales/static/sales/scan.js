// Read a barcode with the phone's camera where the browser can; typing works everywhere.
const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "itf", "code_128", "qr_code"];
const PAUSE = 200;

function start(form) {
  const video = form.querySelector("[data-scan-video]");
  const begin = form.querySelector("[data-scan-start]");
  const end = form.querySelector("[data-scan-stop]");
  const input = form.elements.item;
  const detector = new BarcodeDetector({ formats: FORMATS });
  let stream = null;

  function stop() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.hidden = end.hidden = true;
    begin.hidden = false;
  }

  async function look() {
    if (!stream) return;
    const [found] = await detector.detect(video).catch(() => []);
    if (found) {
      input.value = found.rawValue;
      navigator.vibrate?.(60);
      stop();
      form.elements.quantity.focus();
      form.elements.quantity.select();
      return;
    }
    setTimeout(look, PAUSE);
  }

  begin.hidden = false;
  end.addEventListener("click", stop);
  begin.addEventListener("click", async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      begin.hidden = true;
      input.focus();
      return;
    }
    video.srcObject = stream;
    video.hidden = end.hidden = false;
    begin.hidden = true;
    await video.play();
    void look();
  });
  addEventListener("pagehide", stop);
}

const form = document.querySelector("[data-scan]");
if (form && "BarcodeDetector" in window && navigator.mediaDevices) start(form);
