// Receive by scan: a read SSCC ticks its package; what is no package of this delivery is said at once.
function sscc(text: string): string {
  const digits = text.replace(/^\]C1/, "").replace(/\D/g, "");
  return digits.length === 20 && digits.startsWith("00") ? digits.slice(2) : digits;
}

export function start(form: HTMLFormElement): void {
  const item = form.elements.namedItem("item") as HTMLInputElement;
  const told = form.querySelector<HTMLElement>("[data-package-told]")!;
  const boxes = [...form.querySelectorAll<HTMLInputElement>("input[name=package]")];

  const count = (): void => {
    form.querySelector("[data-package-count]")!.textContent = String(boxes.filter((box) => box.checked).length);
  };
  const read = (): void => {
    const code = sscc(item.value);
    if (!code) return;
    const box = boxes.find((each) => each.value === code);
    item.value = "";
    item.focus();
    const words = box ? (box.checked ? told.dataset.again : told.dataset.known) : told.dataset.unknown;
    told.textContent = `${words}: ${code}`;
    told.classList.toggle("y-field-error", !box);
    if (box) box.checked = true;
    count();
  };
  form.querySelector<HTMLElement>("[data-package-tools]")!.hidden = false;
  form.addEventListener("change", count);
  form.addEventListener("scanned", read);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== item) return;
    event.preventDefault();
    read();
  });
  count();
}
