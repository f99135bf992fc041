// Colours come from the style sheet, so that both themes and the charts agree.
export interface Palette {
  ink: string;
  quiet: string;
  line: string;
  border: string;
  surface: string;
  up: string;
  down: string;
  total: string;
  series: string[];
  shades: string[];
  empty: string;
  still: boolean;
}

export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(`--y-${name}`).trim();
  const many = (name: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => read(`${name}-${index + 1}`));
  return {
    ink: read("ink"),
    quiet: read("ink-2"),
    line: read("line"),
    border: read("map-line"),
    surface: read("surface"),
    up: read("chart-up"),
    down: read("chart-down"),
    total: read("chart-1"),
    series: many("chart", 6),
    shades: many("shade", 4),
    empty: read("map-empty"),
    still: matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
}
