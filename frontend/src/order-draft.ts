// The draft of an order by scan: kept on the phone until it is sent, with names and units known
// without network. What the server refused comes back here (see offline-queue.ts).
import { restored } from "./offline-queue";

interface Line {
  code: string;
  quantity: string;
  unit: string;
}
interface Product {
  label: string;
  gtin: string;
  unit: string;
  units: [string, string][];
}

const products: Record<string, Product> = JSON.parse(document.getElementById("orderable")?.textContent ?? "{}");
const codes = new Map(Object.entries(products).flatMap(([code, { gtin }]) => (gtin ? [[gtin, code]] : [])));

function place(): string {
  return `yunhe:order-draft:${document.body.dataset.owner ?? ""}`;
}

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(name), properties);
}

class Draft {
  private lines: Line[] = JSON.parse(localStorage.getItem(place()) ?? "[]");
  private readonly list: HTMLUListElement;
  private readonly item: HTMLInputElement;
  private readonly quantity: HTMLInputElement;
  private readonly written: HTMLTextAreaElement;

  constructor(form: HTMLFormElement) {
    this.list = form.querySelector("[data-draft-lines]")!;
    this.item = form.elements.namedItem("item") as HTMLInputElement;
    this.quantity = form.elements.namedItem("quantity") as HTMLInputElement;
    this.written = form.elements.namedItem("lines") as HTMLTextAreaElement;
    for (const name of ["entry", "lines"]) form.querySelector<HTMLElement>(`[data-draft-${name}]`)!.hidden = false;
    form.querySelector<HTMLElement>("[data-draft-text]")!.hidden = true;
    form.querySelector("[data-draft-add]")!.addEventListener("click", () => this.add());
    form.addEventListener("scanned", () => this.add());
    form.addEventListener("keydown", (event) => this.enter(event));
    form.addEventListener("submit", (event) => this.submit(event));
    form.addEventListener("reset", () => this.replace([]));
    if (this.written.value) this.replace(read(this.written.value));
    for (const entry of restored("orders")) {
      this.replace([...this.lines, ...read(new Map(entry.fields).get("lines") ?? "")]);
    }
    this.show();
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
    const same = this.lines.find((line) => line.code === code);
    if (same) same.quantity = String(Number(same.quantity) + quantity);
    else this.lines.push({ code, quantity: String(quantity), unit: products[code]?.unit ?? "" });
    this.item.value = "";
    this.quantity.value = "1";
    this.item.focus();
    this.replace(this.lines);
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
    localStorage.setItem(place(), JSON.stringify(this.lines));
    this.write();
  }

  private write(): void {
    this.written.value = this.lines.map((line) => `${line.code} ${line.quantity} ${line.unit}`.trim()).join("\n");
  }

  private show(): void {
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
