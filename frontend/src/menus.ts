// Menus are <details>; here they close by Escape, by a click elsewhere and by opening another.
const OPEN = "details[data-menu][open], details[data-filter-more][open]";

function closeMenus(except?: Element | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(OPEN)) {
    if (menu !== except) menu.open = false;
  }
}

export function startMenus(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    closeMenus(target.closest(OPEN));
    if (target.closest("[data-side-section] > summary")) requestAnimationFrame(rememberSections);
    const toggle = target.closest<HTMLElement>("[data-toggles]");
    if (toggle) toggleSide(toggle);
    else if (target.closest(".y-side-shade")) closeSide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector<HTMLDetailsElement>(OPEN);
    open?.querySelector<HTMLElement>("summary")?.focus();
    closeMenus();
    closeSide();
  });
}

function toggleSide(toggle: HTMLElement): void {
  const open = document.body.classList.toggle("is-side-open");
  toggle.setAttribute("aria-expanded", String(open));
  if (open) document.querySelector<HTMLElement>("#side a")?.focus();
}

function closeSide(): void {
  document.body.classList.remove("is-side-open");
  document.querySelector("[data-toggles=side]")?.setAttribute("aria-expanded", "false");
}

// The next page comes with the same sections open (platform/ui/preferences.py reads the cookie).
function rememberSections(): void {
  const open = document.querySelectorAll<HTMLElement>("[data-side-section][open]");
  const keys = [...open].map((section) => section.dataset.sideSection).join(".");
  document.cookie = `yunhe_side=${keys}; path=/; max-age=31536000; samesite=lax`;
}
