// Forms marked data-offline-queue="<name>" are sent by script under an idempotency key made here.
// Without network they wait in IndexedDB and go out by themselves, in order, each exactly once:
// the server answers a repeated key with its first answer.
import { announce, toast } from "./notices";
import { text } from "./strings";

export interface Waiting {
  key: string;
  queue: string;
  url: string;
  owner: string;
  fields: [string, string][];
  madeAt: string;
  restore: boolean;
}

const RETRY = 30_000;
const SENT = "yunhe:offline-sent";
const REFUSED = "yunhe:offline-refused";
let sending: Promise<void> = Promise.resolve();

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("yunhe", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("waiting", { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function within<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opened = await database();
  return new Promise((resolve, reject) => {
    const transaction = opened.transaction("waiting", mode);
    const request = work(transaction.objectStore("waiting"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
  });
}

// Only the person who made an entry may send it: phones are shared behind a counter.
function owner(): string {
  return document.body.dataset.owner ?? "";
}

export async function waiting(queue?: string): Promise<Waiting[]> {
  const all = await within<Waiting[]>("readonly", (store) => store.getAll());
  const mine = all.filter((entry) => entry.owner === owner() && (!queue || entry.queue === queue));
  return mine.sort((a, b) => a.madeAt.localeCompare(b.madeAt));
}

async function count(): Promise<void> {
  for (const badge of document.querySelectorAll<HTMLElement>("[data-offline-count]")) {
    const entries = await waiting(badge.dataset.offlineCount || undefined);
    badge.hidden = entries.length === 0;
    badge.textContent = `${entries.length} ${text("pending")}`;
  }
}

function tell(name: string, entry: Waiting, answer?: unknown): void {
  document.dispatchEvent(new CustomEvent(name, { detail: { entry, answer } }));
}

// true: settled (sent or refused for good); false: try again later
async function send(entry: Waiting): Promise<boolean> {
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
  let answer: Response;
  try {
    answer = await fetch(entry.url, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "Idempotency-Key": entry.key,
        "X-CSRFToken": token,
        "X-Offline-Queue": entry.queue,
      },
      body: new URLSearchParams(entry.fields),
    });
  } catch {
    return false;
  }
  const again = answer.status >= 500 || [401, 403, 408, 425, 429].includes(answer.status);
  if (again || answer.redirected) return false;
  const body: unknown = await answer.json().catch(() => null);
  await within("readwrite", (store) => store.delete(entry.key));
  if (answer.ok) {
    const { message } = (body ?? {}) as { message?: string };
    if (message) toast(message);
    tell(SENT, entry, body);
  } else refuse(entry, body);
  return true;
}

function refusedPlace(queue: string): string {
  return `yunhe:refused:${queue}:${owner()}`;
}

// What was refused in a queue whose form takes it back (data-offline-restore); asked once.
export function restored(queue: string): Waiting[] {
  const kept: Waiting[] = JSON.parse(localStorage.getItem(refusedPlace(queue)) ?? "[]");
  localStorage.removeItem(refusedPlace(queue));
  return kept;
}

function keepRefused(entry: Waiting): void {
  const kept = restored(entry.queue);
  localStorage.setItem(refusedPlace(entry.queue), JSON.stringify([...kept, entry]));
}

function refuse(entry: Waiting, body: unknown): void {
  const problem = body as { detail?: string; message?: string } | null;
  toast(`${text("rejected")}: ${problem?.detail ?? problem?.message ?? entry.queue}`, "red");
  if (entry.restore) keepRefused(entry);
  tell(REFUSED, entry, body);
}

async function replayAll(): Promise<void> {
  for (const entry of await waiting()) {
    if (!(await send(entry))) break;
    announce(text("sent"));
  }
  await count();
}

// One round after the other: two at once would send an entry twice for nothing.
export function replay(): Promise<void> {
  sending = sending.then(replayAll, replayAll);
  return sending;
}

// crypto.randomUUID exists on HTTPS only
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

async function keep(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const fields: [string, string][] = [];
  for (const [name, value] of new FormData(form, submitter)) {
    if (typeof value === "string" && name !== "csrfmiddlewaretoken") fields.push([name, value]);
  }
  const entry: Waiting = {
    key: uuid(),
    queue: form.dataset.offlineQueue ?? "",
    url: form.action,
    owner: owner(),
    fields,
    madeAt: new Date().toISOString(),
    restore: form.hasAttribute("data-offline-restore"),
  };
  await within("readwrite", (store) => store.put(entry));
  form.reset();
  form.querySelector<HTMLElement>("[autofocus]")?.focus();
  await count();
  await replay();
  const left = await waiting(entry.queue);
  if (left.some((other) => other.key === entry.key)) toast(text("kept"), "amber");
}

export function start(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.dataset.offlineQueue) return;
    event.preventDefault();
    void keep(form, (event as SubmitEvent).submitter);
  });
  addEventListener("online", () => void replay());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void replay();
  });
  setInterval(() => void replay(), RETRY);
  void count().then(replay);
}
