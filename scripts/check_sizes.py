"""Size budget: files up to 600 lines, functions up to 60, five positional parameters.

400 and 40 are the aim; what lies between is listed with `--aim` and fails nothing.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_LIMIT, FUNCTION_LIMIT, POSITIONAL_LIMIT = 600, 60, 5
FILE_AIM, FUNCTION_AIM = 400, 40
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py"}


def python_files() -> Iterator[Path]:
    for folder in ("src", "tests", "bench", "scripts"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def findings(path: Path, *, file_limit: int, function_limit: int) -> Iterator[str]:
    """Sentences on what exceeds the limits in one file."""
    name = path.relative_to(ROOT)
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    if lines > file_limit:
        yield f"{name}: {lines} lines (limit {file_limit})"
    if path.name in FORBIDDEN_NAMES:
        yield f"{name}: a file is named after what it holds"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > function_limit:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines (limit {function_limit})"
            positional = [a for a in node.args.args if a.arg not in {"self", "cls"}]
            if len(positional) > POSITIONAL_LIMIT and "tests" not in path.parts:
                yield f"{name}:{node.lineno}: {node.name} takes {len(positional)} positional parameters"


def main() -> int:
    aim = "--aim" in sys.argv
    limits = (FILE_AIM, FUNCTION_AIM) if aim else (FILE_LIMIT, FUNCTION_LIMIT)
    found = [
        sentence
        for path in python_files()
        for sentence in findings(path, file_limit=limits[0], function_limit=limits[1])
    ]
    print("\n".join(found) if found else "sizes: all within the budget")
    return 0 if aim else int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
