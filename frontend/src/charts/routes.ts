// Routes in kilometres around a depot: the same scale both ways, no tiles, zoom by ctrl + wheel or pinch.
import type { EChartsCoreOption } from "echarts/core";
import { base, escapeHtml } from "./options";
import type { Palette } from "./palette";
import type { Routes } from "./types";

type Point = Routes["loose"][number];

// The plot's extent: everything in it, a margin around, and one scale for both directions.
function extent(data: Routes, width: number, height: number): { x: [number, number]; y: [number, number] } {
  const points = [{ x: 0, y: 0 }, ...data.loose, ...data.routes.flatMap((route) => route.stops)];
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.max((east - west || 1) / width, (north - south || 1) / height, 0.001) * 1.18;
  const around = (low: number, high: number, size: number): [number, number] => {
    const middle = (low + high) / 2;
    return [middle - (scale * size) / 2, middle + (scale * size) / 2];
  };
  return { x: around(west, east, width), y: around(south, north, height) };
}

function axis(range: [number, number], data: Routes, colours: Palette): object {
  return {
    type: "value",
    min: range[0],
    max: range[1],
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: colours.line, opacity: 0.6 } },
    axisLabel: {
      color: colours.quiet,
      hideOverlap: true,
      showMinLabel: false,
      showMaxLabel: false,
      formatter: (value: number) => `${Math.round(value * 10) / 10} ${data.kilometres}`,
    },
  };
}

function dot(point: Point): object {
  return { value: [point.x, point.y], name: point.label, number: point.number || "", note: point.note, done: point.done };
}

function place(name: string, points: Point[], colour: string, symbol: string, size: number): object {
  return {
    type: "line",
    name,
    data: points.map(dot),
    lineStyle: { width: 0 },
    itemStyle: { color: colour },
    symbol,
    symbolSize: size,
    showAllSymbol: true,
    z: 5,
  };
}

export function routesOption(data: Routes, colours: Palette, plot: HTMLElement): EChartsCoreOption {
  const option = base(data, colours);
  const range = extent(data, Math.max(120, plot.clientWidth - 70), Math.max(120, plot.clientHeight - 70));
  const depot: Point = { label: data.origin, x: 0, y: 0, number: 0, note: "", done: false };
  const drawn = data.routes.map((route) => ({
    type: "line",
    name: route.label,
    data: [dot({ ...depot, label: data.origin }), ...route.stops.map(dot), dot(depot)],
    lineStyle: { width: 2.5, color: colours.series[route.colour], opacity: 0.85 },
    itemStyle: { color: colours.series[route.colour] },
    symbol: "circle",
    symbolSize: (_value: unknown, parameters: { data: { number: unknown } }) => (parameters.data.number ? 19 : 0),
    showAllSymbol: true,
    label: {
      show: true,
      position: "inside",
      color: colours.surface,
      fontSize: 10,
      fontWeight: 600,
      formatter: (parameters: { data: { number: unknown } }) => String(parameters.data.number),
    },
    z: 3,
  }));
  return {
    ...option,
    grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
    legend: { ...(option.legend as object), type: "scroll", data: data.routes.map((route) => route.label) },
    tooltip: {
      ...(option.tooltip as object),
      trigger: "item",
      formatter: (parameters: { seriesName: string; data: { name: string; number: unknown; note: string } }) => {
        const { name, number, note } = parameters.data;
        const first = `<strong>${escapeHtml(name)}</strong>`;
        const second = number ? `<br>${escapeHtml(parameters.seriesName)} · ${number}` : "";
        return `${first}${second}${note ? `<br>${escapeHtml(note)}` : ""}`;
      },
    },
    dataZoom: [
      { type: "inside", xAxisIndex: 0, zoomOnMouseWheel: "ctrl", filterMode: "none" },
      { type: "inside", yAxisIndex: 0, zoomOnMouseWheel: "ctrl", filterMode: "none" },
    ],
    xAxis: axis(range.x, data, colours),
    yAxis: axis(range.y, data, colours),
    series: [
      ...drawn,
      place(data.looseLabel, data.loose, colours.quiet, "triangle", 13),
      place(data.origin, [depot], colours.ink, "rect", 15),
    ],
  };
}
