// Categories are dragged below one another. The row moves at once; the server answers with the tree, or
// with why it refuses: then the row goes back to where it was. The form of each category does the same.
import htmx from "htmx.org";
import { startDragging } from "./dragging";

const depth = (row: HTMLElement): number => Number(row.dataset.depth ?? -1);

// The category with all that stands below it: the rows after it that lie deeper.
function branch(row: HTMLElement): HTMLElement[] {
  const rows = [row];
  for (let next = row.nextElementSibling; next instanceof HTMLElement; next = next.nextElementSibling) {
    if (depth(next) <= depth(row)) break;
    rows.push(next);
  }
  return rows;
}

// Put the branch below the place (at the end without one); what is returned takes it back.
function moveBranch(row: HTMLElement, place: HTMLElement): () => void {
  const list = row.parentElement as HTMLElement;
  const rows = branch(row);
  const home = rows.at(-1)?.nextElementSibling ?? null;
  const shift = (place.dataset.category ? depth(place) + 1 : 0) - depth(row);
  const deepen = (by: number): void => {
    for (const each of rows) each.dataset.depth = String(depth(each) + by);
  };
  if (place.dataset.category) place.after(...rows);
  else list.append(...rows);
  deepen(shift);
  return () => {
    for (const each of rows) list.insertBefore(each, home);
    deepen(-shift);
  };
}

async function drop(tree: HTMLElement, row: HTMLElement, place: HTMLElement): Promise<void> {
  // a place inside the branch is for the server to refuse; the rows cannot go there
  const back = branch(row).includes(place) ? () => undefined : moveBranch(row, place);
  try {
    await htmx.ajax("post", row.dataset.move ?? "", {
      target: tree.dataset.categoryTree ?? "body",
      swap: "outerHTML",
      values: { parent: place.dataset.category ?? "" },
    });
  } catch {
    // what is wrong has been said already
  }
  if (row.isConnected) back();
}

export function start(root: ParentNode): void {
  for (const tree of root.querySelectorAll<HTMLElement>("[data-category-tree]:not([data-started])")) {
    tree.dataset.started = "";
    const top = tree.querySelector<HTMLElement>(".y-tree-top");
    startDragging(tree, {
      item: "[data-move]",
      place: "[data-category]",
      accepts: (held, place) => held !== place,
      // not while the drag begins: a browser that sees its page change then gives up
      holding: (item) => setTimeout(() => top?.toggleAttribute("hidden", !item)),
      drop: (held, place) => void drop(tree, held, place),
    });
  }
}
