"""The pages in docs/reference that are written from the code are up to date (`make docs`)."""

from __future__ import annotations

import json

import pytest

from yunhe.config.docs import FOLDER, openapi_text, reference_pages, with_states


def test_the_api_is_the_one_that_is_published() -> None:
    kept = json.loads((FOLDER / "openapi.json").read_text(encoding="utf-8"))
    assert kept == json.loads(openapi_text()), "run `make docs` and look at what it changes"
    assert kept["openapi"].startswith("3.1")


@pytest.mark.parametrize(
    "path", [path for path in reference_pages() if path.suffix == ".md"], ids=lambda path: path.stem
)
def test_the_state_diagrams_are_up_to_date(path: object) -> None:
    text = reference_pages()[path]
    assert path.read_text(encoding="utf-8") == text, "run `make docs`"


def test_a_page_keeps_its_words_around_the_diagram() -> None:
    once = with_states("# Page\n\nWords.\n", "old")
    again = with_states(once + "\nMore words.\n", "new")
    assert again == once.replace("old", "new") + "\nMore words.\n"
