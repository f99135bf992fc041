"""The WSGI entry that granian serves."""

from __future__ import annotations

import os
import threading
from importlib import import_module

from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template
from django.urls import reverse

from yunhe.platform.ops.logs import configure_logs
from yunhe.platform.ops.supervision import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yunhe.config.settings")
end_with_parent()  # else a killed server's process would hold the port
configure_logs(level=os.environ.get("YUNHE_LOG_LEVEL", "INFO"))
application = get_wsgi_application()


def warm_up() -> None:
    """Import pages, API and the metrics engine, so that the first visitor waits less for them."""
    reverse("accounts:sign_in")
    for name in ("ui/base_console.html", "ui/base_portal.html"):
        get_template(name)
    for name in ("ibis", "duckdb", "pypinyin"):
        import_module(name)


# beside the first requests: answering them does not wait for all of it
threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
