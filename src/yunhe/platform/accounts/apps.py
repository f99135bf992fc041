from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, their sign-in, sessions and API tokens."""

    name = "yunhe.platform.accounts"
    label = "accounts"

    def ready(self) -> None:
        # Models exist only once all apps are loaded.
        from yunhe.platform.accounts.queries import saved_filters_of
        from yunhe.platform.ui.saved_filters import Shelf, keep_on

        keep_on(Shelf(saved_filters_of, "accounts:save_filter", "accounts:change_filter"))
