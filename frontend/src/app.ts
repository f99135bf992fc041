// What every page needs. Charts and the offline queue are fetched only where they are used.
import htmx from "htmx.org";
import { startDialogs } from "./dialogs";
import { startFields } from "./fields";
import { startLists } from "./lists";
import { startMenus } from "./menus";
import { startNotices, toast } from "./notices";
import { startSearch } from "./search";
import { startSending } from "./sending";
import { startSteppers } from "./steppers";
import { text } from "./strings";

function enhance(root: ParentNode): void {
  for (const hidden of root.querySelectorAll<HTMLElement>("[data-all], [data-dismiss], [data-add-row]")) {
    hidden.hidden = false;
  }
  if (root.querySelector("[data-route-board]")) void import("./route-board").then((module) => module.start(root));
  if (root.querySelector("[data-category-tree]")) void import("./category-tree").then((module) => module.start(root));
  if (root.querySelector("[data-chart]")) void import("./charts/start").then((module) => module.start(root));
  root.querySelector<HTMLElement>("[data-focus]")?.focus();
}

// The address says what is filtered and nothing else; order and columns stay as they are now.
function tidyFilters(fields: FormData): void {
  const now = new URLSearchParams(location.search);
  for (const name of ["sort", "cols"]) {
    const value = now.get(name);
    if (value) fields.set(name, value);
    else fields.delete(name);
  }
  for (const [name, value] of [...fields.entries()]) if (value === "") fields.delete(name);
}

// A fragment's place never takes a whole page: not the sign-in page after the session ended, not an
// error page. Answers that bring their own toast say so by HX-Reswap.
function guardSwap(detail: { xhr: XMLHttpRequest; shouldSwap: boolean }): void {
  const { xhr } = detail;
  if (new URL(xhr.responseURL, location.href).pathname.startsWith("/account/sign-in")) {
    detail.shouldSwap = false;
    location.reload();
  } else if (xhr.status >= 400 && xhr.status !== 422 && !xhr.getResponseHeader("HX-Reswap")) {
    detail.shouldSwap = false;
    toast(text("failed"), "red");
  }
}

function startHtmx(): void {
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content;
    const { detail } = event as CustomEvent;
    if (token) detail.headers["X-CSRFToken"] = token;
    if ((event.target as Element).matches("form.y-filters")) tidyFilters(detail.formData as FormData);
  });
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) enhance(event.target as HTMLElement);
  });
  document.addEventListener("htmx:beforeSwap", (event) => guardSwap((event as CustomEvent).detail));
  document.addEventListener("htmx:sendError", () => toast(text("failed"), "red"));
}

void htmx;
startHtmx();
startMenus();
startDialogs();
startSearch();
startLists();
startFields();
startNotices();
startSending();
startSteppers();
enhance(document);

if (document.querySelector("[data-offline-queue], [data-offline-count]")) {
  void import("./offline-queue").then((module) => module.start());
}
const scanned = document.querySelector<HTMLFormElement>("form[data-scan]");
if (scanned) void import("./barcode").then((module) => module.start(scanned));
const draft = document.querySelector<HTMLFormElement>("form[data-order-draft]");
if (draft) void import("./order-draft").then((module) => module.start(draft));
const shelf = document.querySelector<HTMLFormElement>("form[data-offline-cart]");
if (shelf) void import("./offline-cart").then((module) => module.startCart(shelf));
const phoneDrafts = document.querySelector<HTMLElement>("[data-phone-drafts]");
if (phoneDrafts) void import("./offline-cart").then((module) => module.startList(phoneDrafts));
const count = document.querySelector<HTMLFormElement>("form[data-stock-count]");
if (count) void import("./stock-count").then((module) => module.start(count));
const packages = document.querySelector<HTMLFormElement>("form[data-package-scan]");
if (packages) void import("./package-scan").then((module) => module.start(packages));
const signed = document.querySelector<HTMLElement>("[data-signature]");
if (signed) void import("./signature").then((module) => module.start(signed));
if ("serviceWorker" in navigator && document.body.classList.contains("y-portal")) {
  void navigator.serviceWorker.register("/sw.js");
}
