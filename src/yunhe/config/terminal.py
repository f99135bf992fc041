"""What every subcommand shares: the user's language, answers, and errors as one sentence.

Works before settings can be read: then the catalogue is asked through Python's own gettext, which
also gives click's messages (a missing argument, a file that does not exist) in the user's language.
"""

from __future__ import annotations

import gettext
import io
import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

CATALOGUES = Path(__file__).resolve().parent.parent / "locale"
REFUSED = 2


def say(text: str) -> None:
    """Progress goes to stderr, so that stdout stays the answer."""
    click.echo(text, err=True)


def answer(value: Any, *, as_json: bool, text: str) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, default=str) if as_json else text)


def terminal_language() -> str:
    """`YUNHE_LANGUAGE`; else English where the terminal's locale is English; else Chinese."""
    wanted = os.environ.get("YUNHE_LANGUAGE", "").lower()
    if not wanted:
        names = ("LC_ALL", "LC_MESSAGES", "LANG")
        wanted = next((os.environ[name] for name in names if os.environ.get(name)), "").lower()
    return "en" if wanted.startswith("en") else "zh-hans"


def speak() -> None:
    """Let Python's gettext, and so click, answer in the terminal's language.

    What the terminal's encoding cannot show is escaped instead of ending the command.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    os.environ["LANGUAGE"] = "en" if terminal_language() == "en" else "zh_Hans"
    gettext.bindtextdomain("django", str(CATALOGUES))
    gettext.textdomain("django")


def refuse(error: Exception, *, as_json: bool, code: str = "command.failed") -> None:
    """One sentence on stderr, a JSON object on stdout when a program reads, exit code 2."""
    say(f"yunhe: {error}")
    if as_json:
        shown = {"code": getattr(error, "code", code), "message": str(error)}
        click.echo(
            json.dumps(
                {"error": shown | {"rows": getattr(error, "rows", [])}},
                ensure_ascii=False,
                default=str,
            )
        )
    sys.exit(REFUSED)


def with_django(command: Callable[..., Any]) -> Callable[..., Any]:
    """Set Django up first; an error that the user can mend is one sentence and exit code 2."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        as_json = bool(kwargs.get("as_json"))
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yunhe.config.settings")
        import django
        from django.core.exceptions import ImproperlyConfigured
        from django.utils import translation

        try:
            django.setup()
        except (ImproperlyConfigured, OSError) as error:
            refuse(error, as_json=as_json, code="command.settings")
        from django.db import OperationalError

        from yunhe.platform.errors import DomainError
        from yunhe.platform.ops.logs import configure_logs

        configure_logs(level=os.environ.get("YUNHE_LOG_LEVEL", "INFO"))
        translation.activate(terminal_language())
        try:
            return command(*args, **kwargs)
        except OperationalError as error:
            refuse(_no_answer(error), as_json=as_json)
        except (DomainError, OSError) as error:
            if isinstance(error, BrokenPipeError):
                raise
            refuse(error, as_json=as_json)

    return run


def _no_answer(error: Exception) -> Exception:
    from yunhe.platform.ops.errors import DatabaseUnreachable

    return DatabaseUnreachable(error)
