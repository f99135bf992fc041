"""Long texts in a table: the first sentence is seen, the others unfold."""

from __future__ import annotations

import pytest

from yunhe.platform.ui.columns import FoldColumn


def shown(text: str) -> str:
    column = FoldColumn("Why", source="why")
    column.name = "why"
    return str(column.show({"why": text}))


@pytest.mark.parametrize(
    ("text", "first", "rest"),
    [
        ("每包 9.05。另有 1 个价目表未采用。", "每包 9.05。", "另有 1 个价目表未采用。"),
        (
            "It has 9.05 a pack. Another list does not.",
            "It has 9.05 a pack.",
            "Another list does not.",
        ),
    ],
)
def test_the_first_sentence_is_seen_and_the_rest_unfolds(text, first, rest):
    assert shown(text) == f'<details class="y-fold"><summary>{first}</summary>{rest}</details>'


@pytest.mark.parametrize("text", ["每包 9.05。", "It has 9.05 a pack.", "9.05"])
def test_one_sentence_is_not_folded(text):
    assert shown(text) == text


def test_what_somebody_typed_is_escaped():
    assert "<b>" not in shown("<b>. <b>.")
