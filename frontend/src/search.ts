// The command search: "/" or Ctrl-K opens it, arrows walk the hits.
function dialog(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>("dialog#search");
}

function open(typed = ""): void {
  const box = dialog();
  const input = box?.querySelector<HTMLInputElement>("input[type=search]");
  if (!box || !input || box.open) return;
  input.value = typed;
  box.showModal();
  input.focus();
  input.dispatchEvent(new Event("opened"));
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function walk(event: KeyboardEvent): void {
  // a search field would take the first Escape to empty itself
  if (event.key === "Escape") {
    event.preventDefault();
    dialog()?.close();
    return;
  }
  const hits = [...(dialog()?.querySelectorAll<HTMLAnchorElement>("a.y-hit") ?? [])];
  if (!hits.length) return;
  const at = hits.indexOf(document.activeElement as HTMLAnchorElement);
  if (event.key === "ArrowDown") hits[Math.min(at + 1, hits.length - 1)]?.focus();
  else if (event.key === "ArrowUp") {
    if (at <= 0) dialog()?.querySelector("input")?.focus();
    else hits[at - 1]?.focus();
  } else if (event.key === "Enter" && at < 0) hits[0]?.click();
  else return;
  event.preventDefault();
}

export function startSearch(): void {
  document.addEventListener("keydown", (event) => {
    if (dialog()?.open) return walk(event);
    const shortcut = event.key === "/" && !isTyping(event.target);
    const command = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    if ((shortcut || command) && dialog()) {
      event.preventDefault();
      open();
    }
  });
  for (const input of document.querySelectorAll<HTMLInputElement>("[data-opens-search]")) {
    input.addEventListener("focus", () => {
      input.blur();
      open();
    });
  }
}
