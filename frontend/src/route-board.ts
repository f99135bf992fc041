// Stops are dragged between vehicles; the server answers with the new times and what they break.
// Everything can be done with the form on each stop too.
import htmx from "htmx.org";
import { startDragging } from "./dragging";

// Where in the list the pointer is: before the first stop whose middle lies below it.
function positionIn(list: HTMLElement, held: HTMLElement, y: number): number {
  const stops = [...list.querySelectorAll<HTMLElement>("[data-stop]")].filter((stop) => stop !== held);
  const below = stops.findIndex((stop) => {
    const box = stop.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
  return below < 0 ? stops.length : below;
}

function drop(board: HTMLElement, held: HTMLElement, list: HTMLElement, y: number): void {
  const stop = held.dataset.stop;
  if (!stop) return;
  void htmx.ajax("post", board.dataset.routeBoard ?? "", {
    target: board.dataset.target ?? "body",
    swap: "outerHTML",
    values: { stop, tour: list.dataset.tour ?? "", position: positionIn(list, held, y) + 1 },
  });
}

export function start(root: ParentNode): void {
  for (const board of root.querySelectorAll<HTMLElement>("[data-route-board]:not([data-started])")) {
    board.dataset.started = "";
    startDragging(board, {
      item: "[data-stop]",
      place: "[data-tour]",
      drop: (held, list, event) => drop(board, held, list, event.clientY),
    });
  }
}
