// A form on its way is not sent again by an impatient second click. Scripts that send a form
// themselves have prevented the event before it comes here.
const PATIENCE = 8000; // a form that answers with a file leaves the page standing

function release(form: HTMLFormElement): void {
  delete form.dataset.sending;
  delete form.dataset.confirmed;
  form.removeAttribute("aria-busy");
}

// Back from a refusal: the browser still has what was typed.
function goBack(event: Event): void {
  if (!(event.target as Element).closest?.("[data-back]") || history.length < 2) return;
  event.preventDefault();
  history.back();
}

export function startSending(): void {
  addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    form.setAttribute("aria-busy", "true");
    setTimeout(() => release(form), PATIENCE);
  });
  addEventListener("click", goBack);
  // the page comes back as it was left
  addEventListener("pageshow", () => {
    document.querySelectorAll<HTMLFormElement>("form[data-sending]").forEach(release);
  });
}
