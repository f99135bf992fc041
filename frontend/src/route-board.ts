// Stops are dragged between vehicles; the server answers with the new times and what they break.
// Everything can be done with the form on each stop too.
import htmx from "htmx.org";

let held: HTMLElement | null = null;

// Where in the list the pointer is: before the first stop whose middle lies below it.
function positionIn(list: HTMLElement, y: number): number {
  const stops = [...list.querySelectorAll<HTMLElement>("[data-stop]")].filter((stop) => stop !== held);
  const below = stops.findIndex((stop) => {
    const box = stop.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
  return below < 0 ? stops.length : below;
}

function mark(list: HTMLElement | null): void {
  for (const other of document.querySelectorAll(".is-target")) other.classList.remove("is-target");
  list?.classList.add("is-target");
}

function drop(board: HTMLElement, list: HTMLElement, y: number): void {
  const stop = held?.dataset.stop;
  if (!stop) return;
  void htmx.ajax("post", board.dataset.routeBoard ?? "", {
    target: board.dataset.target ?? "body",
    swap: "outerHTML",
    values: { stop, tour: list.dataset.tour ?? "", position: positionIn(list, y) + 1 },
  });
}

export function start(root: ParentNode): void {
  for (const board of root.querySelectorAll<HTMLElement>("[data-route-board]:not([data-started])")) {
    board.dataset.started = "";
    for (const stop of board.querySelectorAll<HTMLElement>("[data-stop]")) stop.draggable = true;
    board.addEventListener("dragstart", (event) => {
      held = (event.target as Element).closest<HTMLElement>("[data-stop]");
      event.dataTransfer?.setData("text/plain", held?.dataset.stop ?? "");
      held?.classList.add("is-held");
    });
    board.addEventListener("dragend", () => {
      held?.classList.remove("is-held");
      held = null;
      mark(null);
    });
    board.addEventListener("dragover", (event) => {
      const list = (event.target as Element).closest<HTMLElement>("[data-tour]");
      if (!held || !list) return;
      event.preventDefault();
      mark(list);
    });
    board.addEventListener("drop", (event) => {
      const list = (event.target as Element).closest<HTMLElement>("[data-tour]");
      if (!held || !list) return;
      event.preventDefault();
      drop(board, list, event.clientY);
    });
  }
}
