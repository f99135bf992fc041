"""Every source string has a finished Chinese translation.

Strings are gathered from Python and templates with Django's own extractor rules (through Babel's
Python extractor and the template lexer), then looked up in all `zh_Hans` catalogues together.
Missing, empty, fuzzy entries, broken placeholders fail, and so does a string that two
catalogues translate differently: gettext would show one of them everywhere.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parent.parent / "src" / "yunhe"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}")
Entry = tuple[str | None, str]


def from_python(path: Path) -> Iterator[Entry]:
    source = path.read_bytes()
    yield from _entries(source, KEYWORDS | aliases(source))


def aliases(source: bytes) -> dict[str, Any]:
    """Other names under which a file imports gettext's functions, each with what it takes."""
    return {
        name.asname: KEYWORDS[name.name]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.asname and name.name in KEYWORDS
    }


def _entries(source: bytes, keywords: dict[str, Any]) -> Iterator[Entry]:
    for _line, message, _comments, context in extract("python", BytesIO(source), keywords):
        first = message[0] if isinstance(message, tuple) else message
        if first:
            yield context, first


def from_template(path: Path) -> Iterator[Entry]:
    """Let Django turn the template into Python-like source, then extract from that."""
    from django.utils.translation.template import templatize

    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    yield from _entries(source.encode(), KEYWORDS)


def wanted() -> dict[Entry, Path]:
    """Every translatable string of the source, with one place where it occurs."""
    found: dict[Entry, Path] = {}
    for path in sorted(SOURCE.rglob("*")):
        if "migrations" in path.parts or "static" in path.parts:
            continue
        if path.suffix == ".py":
            entries = from_python(path)
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            entries = from_template(path)
        else:
            continue
        for entry in entries:
            found.setdefault(entry, path)
    return found


def translated() -> tuple[dict[Entry, str], list[str]]:
    """All finished entries of all catalogues, and sentences on the unfinished."""
    finished: dict[Entry, str] = {}
    faults: list[str] = []
    for po in sorted(SOURCE.rglob("zh_Hans/LC_MESSAGES/django.po")):
        with po.open("rb") as handle:
            catalog: Catalog = read_po(handle, locale="zh_Hans")
        for message in catalog:
            if not message.id:
                continue
            source = message.id[0] if isinstance(message.id, tuple) else message.id
            target = message.string[0] if isinstance(message.string, tuple) else message.string
            where = f"{po.relative_to(SOURCE)}: {source[:70]!r}"
            if message.fuzzy:
                faults.append(f"{where} is fuzzy")
            elif not target:
                faults.append(f"{where} is empty")
            elif set(PLACEHOLDER.findall(source)) != set(PLACEHOLDER.findall(target)):
                plural_one = isinstance(message.id, tuple)
                if not plural_one:
                    faults.append(f"{where} has other placeholders")
            known = finished.setdefault((message.context, source), target)
            if known != target:
                faults.append(
                    f"{where} is {target!r} here and {known!r} elsewhere: give it a context"
                )
    return finished, faults


def main() -> int:
    done, faults = translated()
    strings = wanted()
    for (context, source), path in strings.items():
        if (context, source) not in done:
            faults.append(f"{path.relative_to(SOURCE)}: {source[:90]!r} is not translated")
    print("\n".join(faults) if faults else f"translations: {len(strings)} strings, all in Chinese")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
