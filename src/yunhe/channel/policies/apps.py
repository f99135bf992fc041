from __future__ import annotations

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Policies: text people read, rules the system executes, and proof of who read them."""

    name = "yunhe.channel.policies"
    label = "policies"

    def ready(self) -> None:
        # Imported for their declarations, once the translation machinery is up.
        from yunhe.channel.policies import permissions  # noqa: F401
        from yunhe.channel.policies.rules import obligation  # noqa: F401
