"""Reference pages that are written from the code: the API's description and the state diagrams.

`docs/reference/openapi.json` is the whole file; a state diagram stands between two markers at the
end of `docs/reference/<domain>.md`, the words around it are written by people.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.urls import get_resolver
from django.utils import translation

from yunhe.config.domains import DOMAINS
from yunhe.platform.ui.moves import Moves

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "reference"
BEGIN, END = "<!-- states: written by `make docs` -->", "<!-- /states -->"
HEADING = "## States"


def openapi_text() -> str:
    """The OpenAPI 3.1 document as it is kept in the repository: sorted, indented, in English."""
    get_resolver().url_patterns  # noqa: B018  # mounts the API's operations
    from yunhe.platform.api.urls import api  # settings must be configured first

    with translation.override("en"):
        document = api.get_openapi_schema(path_prefix="/api/v1/")
        return (
            json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n"
        )


def state_diagrams() -> dict[str, str]:
    """Mermaid source by domain, from each domain's table of legal moves."""
    return dict(_diagrams())


def _diagrams() -> Iterator[tuple[str, str]]:
    for domain in DOMAINS:
        if not (find_spec(domain) and find_spec(f"{domain}.transitions")):
            continue
        module = import_module(f"{domain}.transitions")
        yield domain.rsplit(".", 1)[1], mermaid(module.MOVES)


def mermaid(moves: Moves[Any]) -> str:
    """The diagram of a domain's moves.

    A record begins in the first of its states; a state that nothing leaves is an end.
    """
    states = list(moves.states)
    edges = [
        (source, move.target, action) for action, move in moves.items() for source in move.sources
    ]
    sources = {source for source, _target, _action in edges}
    reached = {target for _source, target, _action in edges}
    edges.sort(key=lambda edge: (states.index(edge[0]), states.index(edge[1])))
    lines = ["stateDiagram-v2", f"    [*] --> {states[0]}"]
    lines += [f"    {source} --> {target}: {action}" for source, target, action in edges]
    lines += [f"    {state} --> [*]" for state in states if state in reached - sources]
    return "\n".join(lines)


def with_states(page: str, diagram: str) -> str:
    """The page with its diagram renewed; a page without markers gets them at its end."""
    block = f"{BEGIN}\n```mermaid\n{diagram}\n```\n{END}"
    before, begin, rest = page.partition(BEGIN)
    if not begin:
        return f"{page.rstrip()}\n\n{HEADING}\n\n{block}\n".lstrip()
    _old, _end, after = rest.partition(END)
    return f"{before}{block}{after}"


def reference_pages() -> dict[Path, str]:
    """Every file that is written from the code, as it should be now."""
    pages = {FOLDER / "openapi.json": openapi_text()}
    for name, diagram in state_diagrams().items():
        path = FOLDER / f"{name}.md"
        kept = path.read_text(encoding="utf-8") if path.exists() else f"# {name.capitalize()}\n"
        pages[path] = with_states(kept, diagram)
    return pages


def write_reference() -> list[Path]:
    """Write the pages that are not up to date; return them."""
    changed = []
    for path, text in reference_pages().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
