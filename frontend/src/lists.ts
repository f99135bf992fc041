// Choosing rows, and rows that are added to a form.
import { text } from "./strings";

function update(form: Element): void {
  const boxes = [...form.querySelectorAll<HTMLInputElement>("input[name=selected]")];
  const chosen = boxes.filter((box) => box.checked).length;
  const all = form.querySelector<HTMLInputElement>("[data-all]");
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  const words = form.querySelector("[data-chosen]");
  if (words) words.textContent = chosen ? `${chosen} ${text("selected")}` : "";
  for (const button of form.querySelectorAll<HTMLButtonElement>("[data-needs-selection]")) button.disabled = !chosen;
}

function addRow(section: HTMLElement): void {
  const prefix = section.dataset.formset ?? "";
  const total = section.querySelector<HTMLInputElement>(`#id_${prefix}-TOTAL_FORMS`);
  const template = section.querySelector("template")?.content.querySelector("tr");
  if (!total || !template) return;
  const row = document.createElement("tbody");
  row.innerHTML = template.outerHTML.replaceAll("__prefix__", total.value);
  section.querySelector("tbody")?.append(...row.children);
  total.value = String(Number(total.value) + 1);
}

// A field that narrows a long list of rows (data-words) on the page itself.
function narrow(field: HTMLInputElement): void {
  const wanted = field.value.trim().toLowerCase();
  const rows = document.getElementById(field.dataset.rowFilter ?? "")?.querySelectorAll<HTMLElement>("[data-words]");
  for (const row of rows ?? []) row.hidden = !row.dataset.words!.includes(wanted);
}

export function startLists(): void {
  document.addEventListener("input", (event) => {
    const field = event.target as HTMLInputElement;
    if (field.matches("[data-row-filter]")) narrow(field);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.target as Element).matches("[data-row-filter]")) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    const form = box.closest("[data-selection]");
    if (!form) return;
    if (box.matches("[data-all]")) {
      for (const each of form.querySelectorAll<HTMLInputElement>("input[name=selected]")) each.checked = box.checked;
    }
    update(form);
  });
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest("[data-add-row]");
    const section = button?.closest<HTMLElement>("[data-formset]");
    if (section) addRow(section);
  });
  const refresh = (): void => document.querySelectorAll("[data-selection]").forEach(update);
  document.addEventListener("htmx:afterSwap", refresh);
  refresh();
}
