"""What the documents say can be done, and their links lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from yunhe.config.cli import main

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "conformance").rglob("*.md")]
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)
INLINE = re.compile(r"`((?:yunhe|make)\s[^`]+)`")
LINE = re.compile(r"^(?:\s{4}|\$\s*)?((?:yunhe|make) [^#\n]+)", re.MULTILINE)
BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def slug(heading: str) -> str:
    """The anchor that a heading gets where documents are shown."""
    plain = re.sub(r"[`*_\[\]]|\([^)]*\)$", "", heading).lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def commands() -> Iterator[tuple[Path, str]]:
    """Every `yunhe …` and `make …` of the documents: in blocks, indented, or between backticks."""
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        blocks = "\n".join(BLOCK.findall(text))
        indented = "\n".join(line for line in text.splitlines() if line.startswith("    "))
        for found in (*LINE.findall(blocks), *LINE.findall(indented), *INLINE.findall(text)):
            yield path, found.strip()


def fault_of(words: list[str]) -> str | None:
    """Why the command line does not exist as written; its values may be stand-ins."""
    command: click.Command = main
    rest = words[1:]
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        if rest[0] not in command.commands:
            return f"no command {rest[0]!r}"
        command, rest = command.commands[rest[0]], rest[1:]
    known = {name for parameter in command.params for name in parameter.opts}
    unknown = [word for word in rest if word.startswith("--") and word not in known]
    return f"no option {unknown[0]}" if unknown else None


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    broken = []
    for link in LINK.findall(BLOCK.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (path.parent / place).resolve() if place else path
        if not target.exists():
            broken.append(link)
        elif anchor and target.suffix == ".md":
            headings = HEADING.findall(target.read_text(encoding="utf-8"))
            if anchor not in {slug(heading) for heading in headings}:
                broken.append(link)
    assert broken == []


def test_every_command_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    found, faults = 0, []
    for path, line in commands():
        words = shlex.split(line.replace("…", "").strip("$ "))
        if words[0] == "make":
            names = [word for word in words[1:] if "=" not in word and not word.startswith("-")]
            fault = next((f"no target {n}" for n in names if n not in targets), None)
        else:
            fault = fault_of(words)
        found += 1
        if fault:
            faults.append(f"{name_of(path)}: {line!r}: {fault}")
    assert faults == []
    assert found > 25


def test_a_wrong_command_would_be_found() -> None:
    assert fault_of(["yunhe", "import", "salads"]) == "no command 'salads'"
    assert fault_of(["yunhe", "check", "--jsn"]) == "no option --jsn"
    assert fault_of(["yunhe", "import", "sales", "FILE", "--create-master"]) is None


def test_both_first_pages_link_the_same_places() -> None:
    def places(name: str) -> set[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return {
            link for link in LINK.findall(text) if not link.startswith(("README", "docs/images"))
        }

    assert places("README.md") == places("README.zh-CN.md")
