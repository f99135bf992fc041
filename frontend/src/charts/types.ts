// What the server writes into a chart's data block (ui/components/charts.py).
export interface Series {
  label: string;
  values: (number | null)[];
  dashed: boolean;
}

interface Base {
  unit: "number" | "money" | "percent";
  symbol: string;
}

export interface Trend extends Base {
  kind: "trend";
  categories: string[];
  series: Series[];
  area: boolean;
}

export interface Bars extends Base {
  kind: "bar";
  categories: string[];
  series: Series[];
  stacked: boolean;
  horizontal: boolean;
}

export interface Waterfall extends Base {
  kind: "waterfall";
  moves: { label: string; value: number; total: boolean }[];
}

export interface Heat extends Base {
  kind: "heat";
  xs: string[];
  ys: string[];
  values: (number | null)[][];
}

export interface Funnel extends Base {
  kind: "funnel";
  stages: { label: string; value: number }[];
}

export interface ChinaMap extends Base {
  kind: "map";
  label: string;
  names: Record<string, string>;
  areas: { label: string; provinces: string[]; value: number | null; url: string }[];
}

export interface Routes extends Base {
  kind: "routes";
  origin: string;
  kilometres: string;
  looseLabel: string;
  routes: { label: string; colour: number; stops: Routes["loose"] }[];
  loose: { label: string; x: number; y: number; number: number; note: string; done: boolean }[];
}

export type Data = Trend | Bars | Waterfall | Heat | Funnel | ChinaMap | Routes;
