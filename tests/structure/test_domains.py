"""Every room has the same furniture, and the list of rooms is the folders that exist."""

from __future__ import annotations

from pathlib import Path

import pytest

import yunhe
from yunhe.config.domains import DOMAINS

ROOT = Path(yunhe.__file__).parent
FURNITURE = {
    "api", "apps", "checks", "choices", "columns", "command", "compute", "demo", "errors", "events",
    "filters", "forms", "imports", "jobs", "locks", "metrics", "models", "navigation", "panels",
    "permissions", "portal", "queries", "rules", "search", "services", "tables", "transitions", "urls", "views",
}  # fmt: skip
TOPICS = {
    "trade.orders": {"entry", "snapshot"},
    "trade.sales": {"fields", "masters", "recording"},
    "money.rebates": {"bundle", "conformance", "container", "report", "verify"},
    "insight.cockpit": {"attention", "home", "lens", "links"},
}
LIFTED = {"locale", "migrations", "static", "templates", "templatetags", "__pycache__"}


def test_the_list_of_domains_is_complete():
    folders = {
        f"yunhe.{path.parent.parent.name}.{path.parent.name}" for path in ROOT.glob("*/*/apps.py")
    }
    assert folders == set(DOMAINS)


@pytest.mark.parametrize("domain", [d for d in DOMAINS if not d.startswith("yunhe.platform.")])
def test_a_domain_has_known_furniture_only(domain):
    folder = ROOT / Path(*domain.split(".")[1:])
    pieces = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    pieces |= {path.name for path in folder.iterdir() if path.is_dir()} - LIFTED
    known = FURNITURE | TOPICS.get(domain.removeprefix("yunhe."), set())
    assert pieces <= known, f"{domain}: {sorted(pieces - known)}"


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_label_is_the_folder(domain):
    text = (ROOT / Path(*domain.split(".")[1:]) / "apps.py").read_text()
    assert f'label = "{domain.rsplit(".", 1)[1]}"' in text
