// Drafts of orders kept on the phone: several side by side, one of them open. Storage only.
export interface Line {
  code: string;
  quantity: string;
  unit: string;
}
// Where and when the goods are wanted, by the names of the form's fields; those never touched are missing.
export type Details = Record<string, string>;
export interface Draft {
  id: string;
  name: string;
  lines: Line[];
  details?: Details;
}
interface Kept {
  open: string;
  drafts: Draft[];
}

function owner(): string {
  return document.body.dataset.owner ?? "";
}

function place(): string {
  return `yunhe:order-drafts:${owner()}`;
}

function stamp(): string {
  return new Date().toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
}

function fresh(): Draft {
  return { id: `${Date.now()}-${Math.random().toString(36).slice(2, 8)}`, name: stamp(), lines: [] };
}

// There is always one draft, and one of them is open. Read anew each time: another tab may have written.
function load(): Kept {
  const kept: Kept = JSON.parse(localStorage.getItem(place()) ?? '{"open":"","drafts":[]}');
  const single = localStorage.getItem(`yunhe:order-draft:${owner()}`); // of the first release: one draft, a list of lines
  if (single) {
    const lines: Line[] = JSON.parse(single);
    if (lines.length) kept.drafts.push({ ...fresh(), lines });
    localStorage.removeItem(`yunhe:order-draft:${owner()}`);
  }
  const begun = kept.drafts.length === 0;
  if (begun) kept.drafts.push(fresh());
  if (!kept.drafts.some((draft) => draft.id === kept.open)) kept.open = kept.drafts[0]!.id;
  if (begun || single) save(kept); // the next reader must find the same draft
  return kept;
}

function save(kept: Kept): void {
  localStorage.setItem(place(), JSON.stringify(kept));
}

export function all(): Draft[] {
  return load().drafts;
}

export function opened(): Draft {
  const kept = load();
  return kept.drafts.find((draft) => draft.id === kept.open)!;
}

export function open(id: string): void {
  save({ ...load(), open: id });
}

export function begin(): void {
  const kept = load();
  const untouched = (draft: Draft): boolean => !draft.lines.length && !Object.keys(draft.details ?? {}).length;
  const empty = kept.drafts.find(untouched) ?? fresh();
  if (!kept.drafts.includes(empty)) kept.drafts.push(empty);
  save({ ...kept, open: empty.id });
}

// Write the lines of one draft, and its details where they are told.
export function write(id: string, lines: Line[], details?: Details): void {
  const kept = load();
  for (const draft of kept.drafts) {
    if (draft.id !== id) continue;
    draft.lines = lines;
    if (details) draft.details = details;
  }
  save(kept);
}

export function forget(id: string): void {
  const kept = load();
  save({ ...kept, drafts: kept.drafts.filter((draft) => draft.id !== id) });
}

// Add to the open draft: the same product in the same unit is one line.
export function add(lines: Line[]): void {
  const draft = opened();
  for (const line of lines) {
    const same = draft.lines.find((other) => other.code === line.code && other.unit === line.unit);
    if (same) same.quantity = String(Number(same.quantity) + Number(line.quantity));
    else draft.lines.push(line);
  }
  write(draft.id, draft.lines);
}
