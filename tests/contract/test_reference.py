"""The pages in docs/reference that are written from the code are up to date (`make docs`)."""

from __future__ import annotations

import pytest

from yunhe.config.docs import reference_pages, with_states


@pytest.mark.parametrize(
    "path", [path for path in reference_pages() if path.suffix == ".md"], ids=lambda path: path.stem
)
def test_the_state_diagrams_are_up_to_date(path: object) -> None:
    text = reference_pages()[path]
    assert path.read_text(encoding="utf-8") == text, (
        "run `yunhe docs` (or `make docs`) and commit the page"
    )


def test_a_page_keeps_its_words_around_the_diagram() -> None:
    once = with_states("# Page\n\nWords.\n", "old")
    again = with_states(once + "\nMore words.\n", "new")
    assert again == once.replace("old", "new") + "\nMore words.\n"
