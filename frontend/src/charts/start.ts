// Finds charts, fetches ECharts when one comes near the window, saves tables as CSV.
function csvOf(table: HTMLTableElement): string {
  const lines = [...table.rows].map((row) =>
    [...row.cells].map((cell) => `"${(cell.textContent ?? "").trim().replaceAll('"', '""')}"`).join(","),
  );
  return `\ufeff${lines.join("\r\n")}`;
}

function save(figure: HTMLElement): void {
  const table = figure.querySelector("table");
  if (!table) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csvOf(table)], { type: "text/csv" }));
  link.download = `${figure.querySelector(".card-title")?.firstChild?.textContent?.trim() ?? "chart"}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}

const near = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      near.unobserve(entry.target);
      void import("./draw").then((module) => module.draw(entry.target as HTMLElement));
    }
  },
  { rootMargin: "200px" },
);

export function start(root: ParentNode): void {
  for (const figure of root.querySelectorAll<HTMLElement>("[data-chart]:not([data-started])")) {
    figure.dataset.started = "";
    near.observe(figure);
    const button = figure.querySelector<HTMLButtonElement>("[data-save-csv]");
    if (button) {
      button.hidden = false;
      button.addEventListener("click", () => save(figure));
    }
  }
}
