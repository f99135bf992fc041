// ECharts options by kind of chart: one theme, no decoration that carries no number.
import type { EChartsCoreOption } from "echarts/core";
import { full, short } from "./numbers";
import type { Palette } from "./palette";
import type { Bars, Data, Funnel, Heat, Trend, Waterfall } from "./types";

const FONT =
  '-apple-system, "Segoe UI", "PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';

export function base(data: Data, colours: Palette): EChartsCoreOption {
  return {
    animation: !colours.still,
    animationDuration: 300,
    color: colours.series,
    textStyle: { fontFamily: FONT, color: colours.ink },
    grid: { left: 4, right: 12, top: 34, bottom: 4, containLabel: true },
    tooltip: {
      confine: true,
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontSize: 12 },
      valueFormatter: (value: unknown) => full(data, value as number | null),
    },
    legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 3, textStyle: { color: colours.quiet } },
  };
}

function names(values: string[], colours: Palette, upright = false): object {
  return {
    type: "category",
    data: values,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colours.line } },
    axisLabel: values.length > 8 || upright ? { color: colours.quiet, hideOverlap: true } : shortLabels(colours),
  };
}

// A few names are all shown, broken into lines where the room is narrow.
function shortLabels(colours: Palette): object {
  return { color: colours.quiet, interval: 0, width: 84, overflow: "break", lineHeight: 14 };
}

function numbers(data: Data, colours: Palette): object {
  return {
    type: "value",
    splitNumber: 4,
    splitLine: { lineStyle: { color: colours.line } },
    axisLabel: { color: colours.quiet, hideOverlap: true, formatter: (value: number) => short(data, value) },
  };
}

function legendFor(count: number, option: EChartsCoreOption): object {
  return count > 1 ? {} : { legend: { show: false }, grid: { ...(option.grid as object), top: 10 } };
}

/** A value whose neighbours are unknown: no line leads to it, so it shows only as a dot. */
function alone(values: readonly (number | null)[], at: number): boolean {
  return values[at] != null && values[at - 1] == null && values[at + 1] == null;
}

export function trendOption(data: Trend, colours: Palette): EChartsCoreOption {
  const option = base(data, colours);
  return {
    ...option,
    ...legendFor(data.series.length, option),
    tooltip: { ...(option.tooltip as object), trigger: "axis" },
    xAxis: { ...names(data.categories, colours), boundaryGap: false },
    yAxis: numbers(data, colours),
    series: data.series.map((series) => ({
      type: "line",
      name: series.label,
      data: series.values,
      showSymbol: series.values.some((_value, at) => alone(series.values, at)),
      symbolSize: 6,
      lineStyle: { width: 2, type: series.dashed ? "dashed" : "solid" },
      areaStyle: data.area && !series.dashed ? { opacity: 0.1 } : undefined,
    })),
  };
}

export function barOption(data: Bars, colours: Palette): EChartsCoreOption {
  const option = base(data, colours);
  const category = names(data.categories, colours, data.horizontal);
  const value = numbers(data, colours);
  return {
    ...option,
    ...legendFor(data.series.length, option),
    tooltip: { ...(option.tooltip as object), trigger: "axis", axisPointer: { type: "shadow" } },
    xAxis: data.horizontal ? value : category,
    yAxis: data.horizontal ? { ...category, inverse: true } : value,
    series: data.series.map((series) => ({
      type: "bar",
      name: series.label,
      data: series.values,
      stack: data.stacked ? "all" : undefined,
      barMaxWidth: data.horizontal ? 18 : 32,
      itemStyle: { borderRadius: data.stacked ? 0 : data.horizontal ? [0, 3, 3, 0] : [3, 3, 0, 0] },
    })),
  };
}

export function waterfallOption(data: Waterfall, colours: Palette): EChartsCoreOption {
  const option = base(data, colours);
  let level = 0;
  const steps = data.moves.map((move) => {
    const start = move.total ? 0 : level;
    level = move.total ? move.value : level + move.value;
    return { ...move, low: Math.min(start, level), size: Math.abs(level - start) };
  });
  return {
    ...option,
    ...legendFor(1, option),
    tooltip: {
      ...(option.tooltip as object),
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (rows: { dataIndex: number }[]) => {
        const step = steps[rows[0]?.dataIndex ?? 0];
        return step ? `${escapeHtml(step.label)}<br><strong>${full(data, step.value)}</strong>` : "";
      },
    },
    xAxis: names(data.moves.map((move) => move.label), colours),
    yAxis: numbers(data, colours),
    series: [
      { type: "bar", stack: "all", silent: true, itemStyle: { color: "transparent" }, data: steps.map((s) => s.low) },
      {
        type: "bar",
        stack: "all",
        barMaxWidth: 44,
        data: steps.map((step) => ({
          value: step.size,
          itemStyle: {
            color: step.total ? colours.total : step.value < 0 ? colours.down : colours.up,
            borderRadius: 3,
          },
        })),
        label: {
          show: true,
          position: "top",
          color: colours.quiet,
          formatter: ({ dataIndex }: { dataIndex: number }) => short(data, steps[dataIndex]?.value ?? 0),
        },
      },
    ],
  };
}

export function heatOption(data: Heat, colours: Palette): EChartsCoreOption {
  const option = base(data, colours);
  const cells = data.values.flatMap((row, y) => row.map((value, x) => [x, y, value ?? "-"]));
  const values = data.values.flat().filter((value): value is number => value !== null);
  return {
    ...option,
    grid: { left: 4, right: 4, top: 4, bottom: 4, containLabel: true },
    legend: { show: false },
    tooltip: {
      ...(option.tooltip as object),
      formatter: ({ value }: { value: [number, number, number] }) =>
        `${escapeHtml(data.ys[value[1]] ?? "")} · ${escapeHtml(data.xs[value[0]] ?? "")}<br><strong>${full(data, value[2])}</strong>`,
    },
    xAxis: { ...names(data.xs, colours), splitArea: { show: false } },
    yAxis: { ...names(data.ys, colours, true), inverse: true },
    visualMap: {
      show: false,
      min: Math.min(...values),
      max: Math.max(...values),
      inRange: { color: colours.shades },
    },
    series: [
      {
        type: "heatmap",
        data: cells,
        itemStyle: { borderColor: colours.surface, borderWidth: 2, borderRadius: 3 },
        label: {
          show: data.xs.length <= 14,
          formatter: ({ value }: { value: [number, number, number | string] }) =>
            typeof value[2] === "number" ? short(data, value[2]) : "",
        },
      },
    ],
  };
}

export function funnelOption(data: Funnel, colours: Palette): EChartsCoreOption {
  const option = base(data, colours);
  const first = data.stages[0]?.value || 1;
  return {
    ...option,
    legend: { show: false },
    series: [
      {
        type: "funnel",
        sort: "none",
        top: 4,
        bottom: 4,
        left: "8%",
        width: "50%",
        minSize: "8%",
        gap: 2,
        label: {
          position: "right",
          color: colours.ink,
          lineHeight: 16,
          formatter: ({ name, value }: { name: string; value: number }) =>
            `${name}\n${full(data, value)} · ${Math.round((100 * value) / first)}%`,
        },
        labelLine: { length: 8, lineStyle: { color: colours.line } },
        itemStyle: { borderWidth: 0 },
        data: data.stages.map((stage, index) => ({
          name: stage.label,
          value: stage.value,
          itemStyle: { color: colours.shades[Math.max(colours.shades.length - 1 - index, 0)] },
        })),
      },
    ],
  };
}

export function escapeHtml(words: string): string {
  const box = document.createElement("span");
  box.textContent = words;
  return box.innerHTML;
}
