// Reads barcodes and QR codes from the camera's picture where the browser has no detector of its own
// (iPhones, WeChat, Firefox). Loaded only then.
import BarcodeFormat from "@zxing/library/esm/core/BarcodeFormat";
import BinaryBitmap from "@zxing/library/esm/core/BinaryBitmap";
import HybridBinarizer from "@zxing/library/esm/core/common/HybridBinarizer";
import DecodeHintType from "@zxing/library/esm/core/DecodeHintType";
import NotFoundException from "@zxing/library/esm/core/NotFoundException";
import MultiFormatOneDReader from "@zxing/library/esm/core/oned/MultiFormatOneDReader";
import QRCodeReader from "@zxing/library/esm/core/qrcode/QRCodeReader";
import type Reader from "@zxing/library/esm/core/Reader";
import RGBLuminanceSource from "@zxing/library/esm/core/RGBLuminanceSource";

const WIDTH = 960;
const HINTS = new Map<DecodeHintType, unknown>([
  [
    DecodeHintType.POSSIBLE_FORMATS,
    [
      BarcodeFormat.EAN_13,
      BarcodeFormat.EAN_8,
      BarcodeFormat.UPC_A,
      BarcodeFormat.UPC_E,
      BarcodeFormat.ITF,
      BarcodeFormat.CODE_128,
    ],
  ],
  [DecodeHintType.TRY_HARDER, true],
]);

export class PictureReader {
  private readonly readers: Reader[] = [new MultiFormatOneDReader(HINTS), new QRCodeReader()];
  private readonly canvas = document.createElement("canvas");
  private readonly context = this.canvas.getContext("2d", { willReadFrequently: true })!;

  async detect(video: HTMLVideoElement): Promise<{ rawValue: string }[]> {
    if (!video.videoWidth) return [];
    const scale = Math.min(1, WIDTH / video.videoWidth);
    const width = Math.round(video.videoWidth * scale);
    const height = Math.round(video.videoHeight * scale);
    this.canvas.width = width;
    this.canvas.height = height;
    this.context.drawImage(video, 0, 0, width, height);
    const grey = greys(this.context.getImageData(0, 0, width, height).data);
    const picture = new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(grey, width, height)));
    for (const reader of this.readers) {
      try {
        return [{ rawValue: reader.decode(picture).getText() }];
      } catch (error) {
        // no code in this picture: the next reader, the next picture
        if (!(error instanceof NotFoundException)) reader.reset();
      }
    }
    return [];
  }
}

function greys(pixels: Uint8ClampedArray): Uint8ClampedArray {
  const grey = new Uint8ClampedArray(pixels.length / 4);
  for (let at = 0, from = 0; at < grey.length; at++, from += 4) {
    grey[at] = (pixels[from]! * 77 + pixels[from + 1]! * 150 + pixels[from + 2]! * 29) >> 8;
  }
  return grey;
}
