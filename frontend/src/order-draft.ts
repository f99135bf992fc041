// The pad: drafts of orders kept on the phone until they are sent, with the catalogue's names, units and
// prices known without network. What the server refused comes back here (see offline-queue.ts).
import { restored } from "./offline-queue";
import * as drafts from "./phone-drafts";
import type { Line } from "./phone-drafts";

interface Product {
  label: string;
  gtin: string;
  words: string;
  price: string;
  unit: string;
  units: [string, string][];
}
const MOST_FOUND = 30;
const DETAILS = ["address", "wanted_on", "note"];
type Field = HTMLInputElement | HTMLSelectElement;

const products: Record<string, Product> = JSON.parse(document.getElementById("orderable")?.textContent ?? "{}");
const codes = new Map(Object.entries(products).flatMap(([code, { gtin }]) => (gtin ? [[gtin, code]] : [])));

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(name), properties);
}

function untouched(field: Field): string {
  if (field instanceof HTMLInputElement) return field.defaultValue;
  return [...field.options].find((option) => option.defaultSelected)?.value ?? field.options[0]?.value ?? "";
}

class Draft {
  private id = drafts.opened().id;
  private lines: Line[] = drafts.opened().lines;
  private details: drafts.Details = drafts.opened().details ?? {};
  private readonly fields: Field[];
  private readonly list: HTMLUListElement;
  private readonly item: HTMLInputElement;
  private readonly quantity: HTMLInputElement;
  private readonly written: HTMLTextAreaElement;
  private choice!: HTMLSelectElement;

  constructor(form: HTMLFormElement) {
    this.list = form.querySelector("[data-draft-lines]")!;
    this.item = form.elements.namedItem("item") as HTMLInputElement;
    this.quantity = form.elements.namedItem("quantity") as HTMLInputElement;
    this.written = form.elements.namedItem("lines") as HTMLTextAreaElement;
    this.fields = DETAILS.flatMap((name) => (form.elements.namedItem(name) as Field | null) ?? []);
    for (const name of ["entry", "lines"]) form.querySelector<HTMLElement>(`[data-draft-${name}]`)!.hidden = false;
    form.querySelector<HTMLElement>("[data-draft-text]")!.hidden = true;
    form.querySelector("[data-draft-add]")!.addEventListener("click", () => this.add());
    form.addEventListener("scanned", () => this.add());
    form.addEventListener("keydown", (event) => this.enter(event));
    form.addEventListener("submit", (event) => this.submit(event));
    form.addEventListener("reset", () => {
      this.sent();
      setTimeout(() => this.fill()); // the fields are emptied after this event
    });
    for (const field of this.fields) field.addEventListener("input", () => this.detail(field));
    this.startChoice(form);
    this.startSearch(form);
    if (this.written.value) {
      for (const field of this.fields) this.details[field.name] = field.value; // the server showed it again
      this.replace(read(this.written.value));
    }
    for (const entry of restored("orders")) this.takeBack(new Map(entry.fields));
    this.fill();
    this.show();
  }

  // An order that the server refused: its lines, and where and when it was wanted.
  private takeBack(fields: Map<string, string>): void {
    for (const { name } of this.fields) if (fields.has(name)) this.details[name] = fields.get(name)!;
    this.replace([...this.lines, ...read(fields.get("lines") ?? "")]);
  }

  private detail(field: Field): void {
    this.details[field.name] = field.value;
    this.keep();
  }

  // An address that is no longer among the choices gives way to the default one.
  private fill(): void {
    for (const field of this.fields) {
      field.value = this.details[field.name] ?? untouched(field);
      if (field instanceof HTMLSelectElement && field.selectedIndex < 0) field.value = untouched(field);
    }
  }

  // Which of the drafts on this phone is open, and another one.
  private startChoice(form: HTMLFormElement): void {
    const select = form.querySelector<HTMLSelectElement>("[data-draft-choice]")!;
    form.querySelector<HTMLElement>("[data-draft-switch]")!.hidden = false;
    select.addEventListener("change", () => this.open(select.value));
    form.querySelector("[data-draft-new]")!.addEventListener("click", () => {
      drafts.begin();
      this.open(drafts.opened().id);
    });
    this.choice = select;
  }

  private open(id: string): void {
    drafts.open(id);
    this.id = id;
    this.lines = drafts.opened().lines;
    this.details = drafts.opened().details ?? {};
    this.fill();
    this.write();
    this.show();
  }

  private sent(): void {
    drafts.forget(this.id);
    this.open(drafts.opened().id);
  }

  // The catalogue as the page brought it: names, codes and pinyin are searched without network.
  private startSearch(form: HTMLFormElement): void {
    const field = form.querySelector<HTMLInputElement>("[data-draft-search]")!;
    const list = form.querySelector<HTMLUListElement>("[data-draft-found]")!;
    form.querySelector<HTMLElement>("[data-draft-catalogue]")!.hidden = false;
    const look = (): void => {
      const words = field.value.trim().toLowerCase().split(/\s+/);
      const found = Object.entries(products).filter(([code, product]) =>
        words.every((word) => `${code} ${product.gtin} ${product.label} ${product.words}`.toLowerCase().includes(word)),
      );
      list.replaceChildren(...found.slice(0, MOST_FOUND).map(([code, product]) => this.offer(code, product)));
    };
    field.addEventListener("input", look);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    form.querySelector("details")?.addEventListener("toggle", look, { once: true });
  }

  private offer(code: string, product: Product): HTMLLIElement {
    const row = element("li", { className: "y-row" });
    const main = element("span", { className: "y-row-main", textContent: product.label });
    main.dataset.content = "";
    const unit = product.units.find(([value]) => value === product.unit)?.[1] ?? "";
    const price = product.price ? `${product.price} / ${unit}` : unit;
    main.append(element("small", { textContent: `${code} · ${price}` }));
    const button = element("button", { className: "btn btn-sm y-btn-secondary", type: "button", textContent: "+" });
    button.ariaLabel = `${this.list.dataset.add}: ${product.label}`;
    button.addEventListener("click", () => this.put(code, 1));
    row.append(main, button);
    return row;
  }

  private put(code: string, quantity: number): void {
    const same = this.lines.find((line) => line.code === code);
    if (same) same.quantity = String(Number(same.quantity) + quantity);
    else this.lines.push({ code, quantity: String(quantity), unit: products[code]?.unit ?? "" });
    this.replace(this.lines);
  }

  private enter(event: KeyboardEvent): void {
    if (event.key !== "Enter" || ![this.item, this.quantity].includes(event.target as HTMLInputElement)) return;
    event.preventDefault();
    this.add();
  }

  private add(): void {
    const typed = this.item.value.trim();
    const code = codes.get(typed) ?? typed;
    const quantity = Number(this.quantity.value);
    if (!code || !(quantity > 0)) {
      (code ? this.quantity : this.item).focus();
      return;
    }
    this.item.value = "";
    this.quantity.value = "1";
    this.item.focus();
    this.put(code, quantity);
  }

  private submit(event: Event): void {
    if (this.item.value.trim()) this.add();
    this.write();
    if (this.lines.length) return;
    event.preventDefault();
    event.stopPropagation();
    this.item.focus();
  }

  private replace(lines: Line[]): void {
    this.lines = lines;
    this.keep();
    this.show();
  }

  private keep(): void {
    drafts.write(this.id, this.lines, this.details);
    this.write();
  }

  private write(): void {
    this.written.value = this.lines.map((line) => `${line.code} ${line.quantity} ${line.unit}`.trim()).join("\n");
  }

  private choices(): void {
    const options = drafts.all().map((draft) => {
      const lines = `${draft.lines.length} ${this.choice.dataset.lines}`;
      return new Option(`${draft.name} · ${lines}`, draft.id, false, draft.id === this.id);
    });
    this.choice.replaceChildren(...options);
  }

  private show(): void {
    this.choices();
    this.list.replaceChildren(...this.lines.map((line) => this.row(line)));
    if (this.lines.length) return;
    this.list.append(element("li", { className: "y-row y-secondary", textContent: this.list.dataset.empty ?? "" }));
  }

  private row(line: Line): HTMLLIElement {
    const product = products[line.code];
    const name = product?.label ?? line.code;
    const row = element("li", { className: "y-row" });
    const main = element("span", { className: "y-row-main", textContent: name });
    main.dataset.content = "";
    main.append(element("small", { textContent: product ? line.code : (this.list.dataset.unknown ?? "") }));
    const end = element("span", { className: "y-row-end y-draft-end" });
    end.append(this.amount(line, name), ...(product ? [this.unit(line, product, name)] : []), this.remove(line, name));
    row.append(main, end);
    return row;
  }

  private amount(line: Line, name: string): HTMLInputElement {
    const input = element("input", { className: "form-control", type: "number", min: "0", step: "any" });
    input.value = line.quantity;
    input.inputMode = "decimal";
    input.ariaLabel = `${this.list.dataset.quantity}: ${name}`;
    input.addEventListener("change", () => {
      line.quantity = input.value;
      if (Number(input.value) > 0) this.keep();
      else this.replace(this.lines.filter((other) => other !== line));
    });
    return input;
  }

  private unit(line: Line, product: Product, name: string): HTMLSelectElement {
    const select = element("select", { className: "form-select" });
    select.ariaLabel = `${this.list.dataset.unit}: ${name}`;
    for (const [value, label] of product.units) select.append(new Option(label, value, false, value === line.unit));
    select.addEventListener("change", () => {
      line.unit = select.value;
      this.keep();
    });
    return select;
  }

  private remove(line: Line, name: string): HTMLButtonElement {
    const button = element("button", { className: "btn y-btn-quiet", type: "button", textContent: "×" });
    button.ariaLabel = `${this.list.dataset.remove}: ${name}`;
    button.addEventListener("click", () => this.replace(this.lines.filter((other) => other !== line)));
    return button;
  }
}

function read(text: string): Line[] {
  return text.split("\n").flatMap((row) => {
    const [code, quantity = "1", unit = ""] = row.trim().split(/\s+/);
    return code ? [{ code, quantity, unit }] : [];
  });
}

export function start(form: HTMLFormElement): void {
  new Draft(form);
}
