// The catalogue without network: what is chosen goes into the open draft on the phone. While there is
// network the pad is kept for later, and the list of drafts shows those of this phone too.
import { toast } from "./notices";
import { add, all, open } from "./phone-drafts";

// The worker keeps the pad's page when asked, its scripts when they pass through it.
async function keepPad(url: string): Promise<void> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  const { active } = await serviceWorker.ready;
  active?.postMessage({ keep: [url] });
  if (!serviceWorker.controller) {
    await new Promise((done) => serviceWorker.addEventListener("controllerchange", done, { once: true }));
  }
  await Promise.all([import("./order-draft"), import("./offline-queue"), import("./barcode")]);
}

function chosen(form: HTMLFormElement): HTMLInputElement[] {
  const inputs = [...form.querySelectorAll<HTMLInputElement>("input[data-code]")];
  return inputs.filter((input) => Number(input.value) > 0 && input.value !== input.defaultValue);
}

function unit(input: HTMLInputElement): string {
  const select = input.form?.elements.namedItem(input.name.replace("quantity-", "unit-"));
  return select instanceof HTMLSelectElement ? select.value : "";
}

export function startCart(form: HTMLFormElement): void {
  const pad = form.dataset.offlineCart ?? "";
  void keepPad(pad);
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    const inputs = chosen(form);
    if (!inputs.length) return;
    add(inputs.map((input) => ({ code: input.dataset.code ?? "", quantity: input.value, unit: unit(input) })));
    for (const input of inputs) input.value = input.defaultValue;
    toast(form.dataset.kept ?? "", "amber");
    if ((event as SubmitEvent).submitter?.getAttribute("value") === "cart") location.assign(pad);
  });
}

export function startList(section: HTMLElement): void {
  const list = section.querySelector<HTMLUListElement>("ul")!;
  const drafts = all().filter((draft) => draft.lines.length);
  section.hidden = drafts.length === 0;
  for (const draft of drafts) {
    const row = Object.assign(document.createElement("li"), { className: "y-row" });
    const main = Object.assign(document.createElement("span"), { className: "y-row-main", textContent: draft.name });
    main.append(
      Object.assign(document.createElement("small"), { textContent: `${draft.lines.length} ${list.dataset.lines}` }),
    );
    const link = Object.assign(document.createElement("a"), {
      className: "btn btn-sm y-btn-secondary",
      href: section.dataset.phoneDrafts ?? "",
      textContent: list.dataset.open ?? "",
    });
    link.addEventListener("click", () => open(draft.id));
    row.append(main, link);
    list.append(row);
  }
}
