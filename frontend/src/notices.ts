// Toasts leave by themselves, unless they report a failure or are being read.
const STAY = 6000;

export function toast(words: string, tone: "green" | "red" | "amber" | "blue" = "green"): void {
  const box = document.createElement("div");
  box.className = `y-toast y-tone-${tone}`;
  box.dataset.toast = "";
  const line = document.createElement("p");
  line.textContent = words;
  box.append(line);
  document.getElementById("toasts")?.append(box);
}

export function announce(words: string): void {
  const live = document.getElementById("live");
  if (live) live.textContent = words;
}

function leave(box: HTMLElement): void {
  if (box.classList.contains("y-tone-red")) return;
  const timer = setInterval(() => {
    if (box.matches(":hover, :focus-within")) return;
    clearInterval(timer);
    box.remove();
  }, STAY);
}

export function startNotices(): void {
  document.addEventListener("click", (event) => {
    const close = (event.target as Element).closest("[data-dismiss]");
    close?.closest("[data-toast], .y-alert")?.remove();
  });
  const list = document.getElementById("toasts");
  if (list) {
    list.querySelectorAll<HTMLElement>("[data-toast]").forEach(leave);
    new MutationObserver((changes) => {
      for (const node of changes.flatMap((change) => [...change.addedNodes])) {
        if (node instanceof HTMLElement) leave(node);
      }
    }).observe(list, { childList: true });
  }
  const note = document.getElementById("offline-note");
  const network = (): void => {
    if (note) note.hidden = navigator.onLine;
  };
  addEventListener("online", network);
  addEventListener("offline", network);
  network();
}

