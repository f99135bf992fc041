// Quantity steppers: − and + beside a number, and buttons that set one. Without script it is typed.

function change(input: HTMLInputElement, value: number): void {
  input.value = String(Math.max(Number(input.min || 0), value));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

export function startSteppers(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-step], [data-set-quantity]");
    if (!button) return;
    if (button.dataset.step) {
      const input = button.closest("[data-stepper]")?.querySelector<HTMLInputElement>("input");
      if (input) change(input, Number(input.value || 0) + Number(button.dataset.step));
      return;
    }
    const input = document.getElementsByName(button.dataset.target ?? "")[0] as HTMLInputElement | undefined;
    if (input) change(input, Number(button.dataset.setQuantity));
  });
}
