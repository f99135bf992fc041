"""Compile every `django.po` to the `.mo` beside it, without GNU gettext on the machine."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parent.parent / "src" / "yunhe"


def compile_messages(root: Path = SOURCE) -> int:
    """Write the `.mo` of each changed `.po`; return how many were written."""
    written = 0
    for po in sorted(root.rglob("LC_MESSAGES/django.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source:
            catalog = read_po(source)
        with mo.open("wb") as target:
            write_mo(target, catalog)
        written += 1
    return written


if __name__ == "__main__":
    print(f"translations: {compile_messages()} compiled", file=sys.stderr)
