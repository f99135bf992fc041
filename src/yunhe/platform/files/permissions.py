"""Who may send in and open files. Which files is the scope's matter."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import EVERYBODY

VIEW = declare("files.view", _("Open files"), roles=EVERYBODY)
UPLOAD = declare("files.upload", _("Send files in"), roles=EVERYBODY)
