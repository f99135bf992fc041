// Runs before the first paint: "auto" follows the device, so nothing flashes.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

function apply(): void {
  const choice = root.dataset.themeChoice;
  root.dataset.bsTheme = choice === "auto" ? (dark.matches ? "dark" : "light") : (choice ?? "light");
}

root.classList.add("has-script");
apply();
dark.addEventListener("change", apply);
