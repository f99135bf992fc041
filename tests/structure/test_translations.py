"""What the check of translations looks at."""

from __future__ import annotations

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "check_translations.py"


def test_strings_under_another_name_of_gettext_are_found(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("check_translations", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    check = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(check)
    source = tmp_path / "view.py"
    source.write_text(
        "from django.utils.translation import gettext as _now, ngettext as plural\n"
        'text = _now("one more"), plural("one day", "days", 2), other("not this")\n'
    )
    assert [text for _context, text in check.from_python(source)] == ["one more", "one day"]
