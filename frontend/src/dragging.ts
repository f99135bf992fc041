// Dragging from one place of a board to another. What is dragged, where it may go and what a drop means is
// the board's own; everything can be done with a form too.
export interface Board {
  item: string; // selector of what can be dragged
  place: string; // selector of where it can be dropped
  accepts?: (held: HTMLElement, place: HTMLElement) => boolean;
  holding?: (item: HTMLElement | null) => void;
  drop: (held: HTMLElement, place: HTMLElement, event: DragEvent) => void;
}

function mark(place: HTMLElement | null): void {
  for (const other of document.querySelectorAll(".is-target")) other.classList.remove("is-target");
  place?.classList.add("is-target");
}

export function startDragging(root: HTMLElement, board: Board): void {
  let held: HTMLElement | null = null;
  const over = (event: DragEvent): HTMLElement | null => {
    const place = (event.target as Element).closest<HTMLElement>(board.place);
    return held && place && (board.accepts?.(held, place) ?? true) ? place : null;
  };
  for (const item of root.querySelectorAll<HTMLElement>(board.item)) item.draggable = true;
  root.addEventListener("dragstart", (event) => {
    held = (event.target as Element).closest<HTMLElement>(board.item);
    event.dataTransfer?.setData("text/plain", "");
    held?.classList.add("is-held");
    board.holding?.(held);
  });
  root.addEventListener("dragend", () => {
    held?.classList.remove("is-held");
    held = null;
    mark(null);
    board.holding?.(null);
  });
  root.addEventListener("dragover", (event) => {
    const place = over(event);
    mark(place);
    if (place) event.preventDefault();
  });
  root.addEventListener("drop", (event) => {
    const place = over(event);
    if (!held || !place) return;
    event.preventDefault();
    board.drop(held, place, event);
  });
}
