// Files: dropping, names and sizes of what was chosen.
import { text } from "./strings";

function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function show(zone: HTMLElement, input: HTMLInputElement): void {
  const files = [...(input.files ?? [])];
  const limit = Number(zone.dataset.max ?? 0);
  const words = zone.querySelector("[data-files]");
  if (words) words.textContent = files.map((file) => `${file.name} · ${size(file.size)}`).join("\n");
  input.setCustomValidity(limit && files.some((file) => file.size > limit) ? text("tooLarge") : "");
  input.reportValidity();
}

export function startFields(): void {
  document.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    const zone = input.closest<HTMLElement>("[data-drop]");
    if (zone && input.type === "file") show(zone, input);
  });
  for (const name of ["dragover", "dragleave", "drop"] as const) {
    document.addEventListener(name, (event) => {
      const zone = (event.target as Element).closest?.<HTMLElement>("[data-drop]");
      if (!zone) return;
      event.preventDefault();
      zone.classList.toggle("is-over", name === "dragover");
      const input = zone.querySelector<HTMLInputElement>("input[type=file]");
      const files = (event as DragEvent).dataTransfer?.files;
      if (name === "drop" && input && files?.length) {
        input.files = files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }
}
