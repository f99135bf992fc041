// The same writing of numbers as on the server (ui/formatting.py), for axes and tips.
import { language } from "../strings";
import type { Data } from "./types";

const STEPS: [number, string][] = language.startsWith("zh")
  ? [
      [1e8, "亿"],
      [1e4, "万"],
    ]
  : [
      [1e9, "B"],
      [1e6, "M"],
      [1e3, "K"],
    ];

function grouped(value: number, places: number): string {
  return Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
}

const sign = (value: number): string => (value < 0 ? "−" : "");

export function full(data: Data, value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (data.unit === "money") return `${sign(value)}${data.symbol}${grouped(value, 2)}`;
  if (data.unit === "percent") return `${sign(value)}${grouped(value * 100, 1)}%`;
  return `${sign(value)}${grouped(value, Number.isInteger(value) ? 0 : 2)}`;
}

export function short(data: Data, value: number): string {
  if (data.unit === "percent") return `${sign(value)}${grouped(value * 100, 0)}%`;
  const step = STEPS.find(([size]) => Math.abs(value) >= size);
  const scaled = step ? value / step[0] : value;
  const places = step && Math.abs(scaled) < 100 && !Number.isInteger(scaled) ? 1 : 0;
  const text = Number.isInteger(scaled) || step ? grouped(scaled, places) : grouped(scaled, data.unit === "money" ? 2 : 1);
  return `${sign(value)}${data.unit === "money" ? data.symbol : ""}${text}${step?.[1] ?? ""}`;
}
