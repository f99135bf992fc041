// A count on the phone: a scan or a name leads to the product; what was entered stays on the device
// until the server has it, and only that is sent (offline-queue.ts). Without network, too.
interface Sent extends Event {
  detail: { entry: { url: string; fields: [string, string][] }; answer: { url?: string } | null };
}

class Count {
  private readonly place: string;
  private readonly item: HTMLInputElement;
  private readonly list: HTMLUListElement;
  private readonly left: HTMLInputElement;
  private changed: Record<string, string>;

  constructor(private readonly form: HTMLFormElement) {
    this.place = `yunhe:stock-count:${document.body.dataset.owner ?? ""}:${form.dataset.stockCount}`;
    this.changed = JSON.parse(localStorage.getItem(this.place) ?? "{}");
    this.item = form.elements.namedItem("item") as HTMLInputElement;
    this.list = form.querySelector("[data-count-rows]")!;
    this.left = form.querySelector("[data-count-left]")!;
    for (const part of form.querySelectorAll<HTMLElement>("[data-count-tools]")) part.hidden = false;
    form.querySelector<HTMLElement>("[data-count-typed]")!.hidden = true;
    form.addEventListener("input", (event) => this.entered(event.target as HTMLInputElement));
    form.addEventListener("keydown", (event) => this.enter(event));
    form.addEventListener("scanned", () => this.jump());
    form.addEventListener("submit", () => this.send());
    form.addEventListener("reset", () => setTimeout(() => this.restore()));
    this.left.addEventListener("change", () => this.show());
    document.addEventListener("yunhe:offline-sent", (event) => this.sent(event as Sent));
    this.restore();
  }

  private rows(): HTMLLIElement[] {
    return [...this.list.querySelectorAll<HTMLLIElement>("li[data-codes]")];
  }

  private input(row: HTMLLIElement): HTMLInputElement {
    return row.querySelector("input")!;
  }

  private entered(input: HTMLInputElement): void {
    if (input === this.item) this.show();
    if (!input.closest("[data-count-rows]")) return;
    // a code that nobody knows can be taken back
    if (input.name.startsWith("code-") && !input.value) delete this.changed[input.name];
    else this.changed[input.name] = input.value;
    this.keep();
    this.progress();
  }

  private enter(event: KeyboardEvent): void {
    if (event.key !== "Enter") return;
    const input = event.target as HTMLInputElement;
    if (input === this.item) {
      event.preventDefault();
      this.jump();
    } else if (input.closest("[data-count-rows]")) {
      event.preventDefault();
      this.item.value = "";
      this.show();
      this.item.focus();
    }
  }

  private matching(): HTMLLIElement[] {
    const words = this.item.value.trim().toLowerCase();
    if (!words) return this.rows();
    const exact = this.rows().filter((row) => row.dataset.codes!.split(" ").includes(words));
    return exact.length ? exact : this.rows().filter((row) => row.dataset.words!.includes(words));
  }

  private jump(): void {
    const code = this.item.value.trim();
    if (!code) return;
    const [first] = this.matching();
    const row = first ?? this.add(code);
    this.item.value = "";
    this.left.checked = false;
    this.show();
    row.scrollIntoView({ block: "center" });
    this.input(row).focus();
    this.input(row).select();
  }

  // a product that nothing is known of here: the server looks the code up
  private add(code: string): HTMLLIElement {
    const template = this.form.querySelector<HTMLTemplateElement>("template[data-count-new]")!;
    const row = (template.content.cloneNode(true) as DocumentFragment).querySelector("li")!;
    row.dataset.codes = row.dataset.words = code.toLowerCase();
    row.querySelector("[data-count-code]")!.textContent = code;
    this.input(row).name = `code-${code}`;
    this.input(row).ariaLabel = code;
    this.list.prepend(row);
    return row;
  }

  private restore(): void {
    for (const [name, value] of Object.entries(this.changed)) {
      const code = name.startsWith("code-") ? name.slice(5) : "";
      const known = this.rows().find((row) => this.input(row).name === name);
      const row = known ?? (code ? this.add(code) : undefined);
      if (row) this.input(row).value = value;
    }
    this.show();
  }

  private keep(): void {
    if (Object.keys(this.changed).length) localStorage.setItem(this.place, JSON.stringify(this.changed));
    else localStorage.removeItem(this.place);
  }

  // What another phone counted meanwhile is not overwritten: only what changed here is sent.
  private send(): void {
    const still = this.rows()
      .map((row) => this.input(row))
      .filter((input) => !(input.name in this.changed));
    for (const input of still) input.disabled = true;
    setTimeout(() => still.forEach((input) => (input.disabled = false)));
  }

  private sent(event: Sent): void {
    const { entry, answer } = event.detail;
    if (entry.url !== this.form.action) return;
    for (const [name, value] of entry.fields) {
      if (this.changed[name] !== value) continue;
      delete this.changed[name];
      const row = this.rows().find((each) => this.input(each).name === name);
      if (row) this.input(row).defaultValue = value;
    }
    if (answer?.url) this.changed = {};
    this.keep();
    if (answer?.url) location.assign(answer.url);
  }

  private show(): void {
    const wanted = new Set(this.matching());
    for (const row of this.rows()) row.hidden = !wanted.has(row) || (this.left.checked && this.input(row).value !== "");
    this.progress();
  }

  private progress(): void {
    const rows = this.rows();
    const done = rows.filter((row) => this.input(row).value !== "").length;
    this.form.querySelector("[data-count-done]")!.textContent = String(done);
    this.form.querySelector("[data-count-all]")!.textContent = String(rows.length);
  }
}

export function start(form: HTMLFormElement): void {
  new Count(form);
}
