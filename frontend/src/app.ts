// What every page needs. Charts and the offline queue are fetched only where they are used.
import htmx from "htmx.org";
import { startDialogs } from "./dialogs";
import { startFields } from "./fields";
import { startLists } from "./lists";
import { startMenus } from "./menus";
import { startNotices, toast } from "./notices";
import { startSearch } from "./search";
import { text } from "./strings";

function enhance(root: ParentNode): void {
  for (const hidden of root.querySelectorAll<HTMLElement>("[data-all], [data-dismiss], [data-add-row]")) {
    hidden.hidden = false;
  }
  if (root.querySelector("[data-chart]")) void import("./charts/start").then((module) => module.start(root));
  root.querySelector<HTMLElement>("[data-focus]")?.focus();
}

function startHtmx(): void {
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content;
    if (token) (event as CustomEvent).detail.headers["X-CSRFToken"] = token;
  });
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) enhance(event.target as HTMLElement);
  });
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
enhance(document);

if (document.querySelector("[data-offline-queue], [data-offline-count]")) {
  void import("./offline-queue").then((module) => module.start());
}
if ("serviceWorker" in navigator && document.body.classList.contains("y-portal")) {
  void navigator.serviceWorker.register("/sw.js");
}
