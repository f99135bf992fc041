"""The first account: an installation without people gets its company and its first person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from yunhe.channel.network.errors import FoundedAlready, SetupKeyRefused
from yunhe.channel.network.locks import lock_founding
from yunhe.channel.network.services.bulk import UnitRow, ensure_units
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.roles import HEADQUARTERS, Role
from yunhe.platform.access.services import create_user, grant_role
from yunhe.platform.accounts.models import User
from yunhe.platform.accounts.queries import has_accounts
from yunhe.platform.accounts.services.sign_in import check_strength
from yunhe.platform.database.elevation import owner_access

HEADQUARTERS_CODE = "HQ"
FOUNDER_ROLES = tuple(role for role in HEADQUARTERS if role is not Role.REGIONAL_MANAGER)


@dataclass(frozen=True, kw_only=True)
class Founding:
    """Who starts: the company as its partners know it, and its first person."""

    company: str
    username: str
    name: str
    password: str
    company_en: str = ""
    language: str = "zh-hans"


def setup_key() -> str:
    """What proves that the first visitor runs the server: printed by `yunhe serve`, never stored."""
    return salted_hmac("yunhe.first-account", settings.SECRET_KEY, algorithm="sha256").hexdigest()[
        :20
    ]


def setup_notice(site: str) -> str:
    """What to tell whoever starts the server at `site`; "" once somebody has an account."""
    if has_accounts():
        return ""
    link = f"{site}{reverse('network:first')}?{urlencode({'key': setup_key()})}"
    return _("Nobody has an account yet. Make the first one at %(link)s") % {"link": link}


def found_installation(founding: Founding, *, key: str, now: datetime) -> User:
    """Make headquarters (or name the one that stands) and an account with all of its roles.

    The person can then do everything alone and hands roles out to others. Raises FoundedAlready,
    SetupKeyRefused, PasswordRefused.
    """
    if not constant_time_compare(key.strip(), setup_key()):
        raise SetupKeyRefused
    lock_founding()
    if has_accounts():
        raise FoundedAlready
    check_strength(User(username=founding.username, name=founding.name), founding.password)
    actor = system_principal("first account")
    with owner_access("nobody has an account yet, so nobody has a scope"):
        top = _headquarters(founding, now=now)
        user = create_user(
            actor=actor,
            username=founding.username,
            name=founding.name,
            role=FOUNDER_ROLES[0],
            node_id=top,
            password=founding.password,
            language=founding.language,
        ).user
        for role in FOUNDER_ROLES[1:]:
            grant_role(actor=actor, user=user, role=role, node_id=top)
    return user


def ensure_headquarters(*, now: datetime) -> None:
    """An installation without any node gets its top unit, so that files can be sent to it."""
    if not Node.objects.exists():
        row = UnitRow(code=HEADQUARTERS_CODE, name=_("Headquarters"), name_en="Headquarters")
        ensure_units([row], actor=system_principal("first file"), now=now)


def _headquarters(founding: Founding, *, now: datetime) -> int:
    """The id of the top unit; an imported file may have made one before anybody had an account."""
    top = Node.objects.filter(parent=None, kind=NodeKind.ORGANISATION).order_by("pk").first()
    if top is None:
        row = UnitRow(code=HEADQUARTERS_CODE, name=founding.company, name_en=founding.company_en)
        made = ensure_units([row], actor=system_principal("first account"), now=now)
        return made[HEADQUARTERS_CODE]
    top.name, top.name_en = founding.company, founding.company_en
    top.save(update_fields=["name", "name_en"])
    return top.pk
