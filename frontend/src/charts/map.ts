// China by provinces; a region is the provinces it is drawn from, shaded and lit together.
import type { EChartsCoreOption } from "echarts/core";
import { full, short } from "./numbers";
import { base, escapeHtml } from "./options";
import type { Palette } from "./palette";
import type { ChinaMap } from "./types";

type Area = ChinaMap["areas"][number];

export function regionsOf(data: ChinaMap): Map<string, Area> {
  return new Map(data.areas.flatMap((area) => area.provinces.map((code) => [code, area] as const)));
}

export function mapOption(data: ChinaMap, colours: Palette): EChartsCoreOption {
  const regions = regionsOf(data);
  const option = base(data, colours);
  const values = data.areas.map((area) => area.value).filter((value): value is number => value !== null);
  return {
    ...option,
    legend: { show: false },
    tooltip: {
      ...(option.tooltip as object),
      formatter: ({ name }: { name: string }) => {
        const area = regions.get(name);
        const place = escapeHtml(data.names[name] ?? name);
        if (!area) return place;
        const value = `${escapeHtml(data.label)} <strong>${full(data, area.value)}</strong>`;
        return `<strong>${escapeHtml(area.label)}</strong> · ${place}<br>${value}`;
      },
    },
    visualMap: {
      left: 4,
      bottom: 4,
      itemWidth: 10,
      itemHeight: 80,
      min: Math.min(0, ...values),
      max: Math.max(...values, 1),
      calculable: false,
      text: [short(data, Math.max(...values, 1)), short(data, Math.min(0, ...values))],
      textStyle: { color: colours.quiet },
      inRange: { color: colours.shades },
    },
    series: [
      {
        type: "map",
        map: "china",
        nameProperty: "id",
        roam: false,
        showLegendSymbol: false,
        top: 8,
        bottom: 8,
        selectedMode: false,
        label: { show: false },
        itemStyle: { areaColor: colours.empty, borderColor: colours.border, borderWidth: 0.8 },
        emphasis: {
          label: { show: false },
          itemStyle: { areaColor: undefined, borderColor: colours.ink, borderWidth: 1.2 },
        },
        data: Object.keys(data.names).map((code) => ({
          name: code,
          value: regions.get(code)?.value ?? Number.NaN,
        })),
      },
    ],
  };
}
