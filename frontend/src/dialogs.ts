// Native dialogs: open, close, and the question before a dangerous POST.
import { text } from "./strings";

export function startDialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-opens]");
    if (opener) openDialog(opener.dataset.opens ?? "");
    if (target.closest("[data-closes]")) target.closest("dialog")?.close();
    if (target instanceof HTMLDialogElement) target.close();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const question = form.dataset.confirm;
    if (!question || form.dataset.confirmed) return;
    event.preventDefault();
    void ask(question).then((yes) => {
      if (!yes) return;
      form.dataset.confirmed = "yes";
      form.requestSubmit((event as SubmitEvent).submitter);
    });
  });
}

function openDialog(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
}

function ask(question: string): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.className = "y-dialog";
  dialog.setAttribute("aria-label", text("areYouSure"));
  const words = document.createElement("p");
  words.className = "y-lead";
  words.textContent = question;
  const buttons = document.createElement("form");
  buttons.method = "dialog";
  buttons.className = "y-form-foot";
  buttons.append(button("cancel", "btn y-btn-quiet"), button("confirm", "btn y-btn-danger"));
  const body = document.createElement("div");
  body.className = "y-dialog-body";
  body.append(words, buttons);
  dialog.append(body);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "confirm");
    });
  });
}

function button(value: string, css: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.value = value;
  made.className = css;
  made.textContent = text(value);
  return made;
}
