"""Who sees other systems and sends again."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import Role

VIEW = declare("connectors.view", _("See connected systems"), roles=(Role.IT_ADMIN, Role.SALES_OPS))
MANAGE = declare(
    "connectors.manage", _("Send messages again and reset breakers"), roles=(Role.IT_ADMIN,)
)
