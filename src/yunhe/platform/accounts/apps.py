from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, their sign-in, sessions and API tokens."""

    name = "yunhe.platform.accounts"
    label = "accounts"
