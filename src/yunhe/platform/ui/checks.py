"""Start-up checks of the design system."""

from __future__ import annotations

from typing import Any

from django.core.checks import Warning as CheckWarning
from django.core.checks import register

from yunhe.platform.ui.assets import manifest


def register_checks() -> None:
    """Make `manage check` tell about missing assets."""
    register(check_assets)


def check_assets(app_configs: Any, **kwargs: Any) -> list[CheckWarning]:
    """Warn when scripts and styles were not built."""
    if manifest():
        return []
    return [
        CheckWarning("Scripts and styles are not built.", hint="Run `make assets`.", id="ui.W001")
    ]
