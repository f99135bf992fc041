// Draws one chart with ECharts and redraws it when the theme or the size changes.
import { BarChart, FunnelChart, HeatmapChart, LineChart, MapChart } from "echarts/charts";
import {
  DataZoomInsideComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { mapOption, regionsOf } from "./map";
import { barOption, funnelOption, heatOption, trendOption, waterfallOption } from "./options";
import { palette } from "./palette";
import { routesOption } from "./routes";
import type { ChinaMap, Data } from "./types";

echarts.use([
  BarChart,
  DataZoomInsideComponent,
  FunnelChart,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  MapChart,
  SVGRenderer,
  TooltipComponent,
  VisualMapComponent,
]);

let mapLoaded: Promise<void> | null = null;

function loadMap(): Promise<void> {
  mapLoaded ??= fetch(document.body.dataset.map ?? "")
    .then((answer) => answer.json())
    .then((map) => echarts.registerMap("china", map));
  return mapLoaded;
}

function optionOf(data: Data, plot: HTMLElement): echarts.EChartsCoreOption {
  const colours = palette();
  switch (data.kind) {
    case "trend":
      return trendOption(data, colours);
    case "bar":
      return barOption(data, colours);
    case "waterfall":
      return waterfallOption(data, colours);
    case "heat":
      return heatOption(data, colours);
    case "funnel":
      return funnelOption(data, colours);
    case "map":
      return mapOption(data, colours);
    case "routes":
      return routesOption(data, colours, plot);
  }
}

function followRegions(chart: echarts.ECharts, data: ChinaMap): void {
  const regions = regionsOf(data);
  for (const [event, action] of [
    ["mouseover", "highlight"],
    ["mouseout", "downplay"],
  ] as const) {
    chart.on(event, (parameters) => {
      const area = regions.get(String(parameters.name));
      if (area) chart.dispatchAction({ type: action, seriesIndex: 0, name: area.provinces });
    });
  }
  chart.on("click", (parameters) => {
    const url = regions.get(String(parameters.name))?.url;
    if (url) location.assign(url);
  });
}

export async function draw(figure: HTMLElement): Promise<void> {
  const plot = figure.querySelector<HTMLElement>(".y-chart-plot");
  const block = figure.querySelector('script[type="application/json"]')?.textContent;
  if (!plot || !block) return;
  const data = JSON.parse(block) as Data;
  if (data.kind === "map") await loadMap();
  const chart = echarts.init(plot, null, { renderer: "svg" });
  const paint = (): void => chart.setOption(optionOf(data, plot), true);
  paint();
  if (data.kind === "map") followRegions(chart, data);
  new ResizeObserver(() => {
    chart.resize();
    if (data.kind === "routes") paint();
  }).observe(plot);
  new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  figure.dataset.drawn = "";
}
