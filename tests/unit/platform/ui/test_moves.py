"""The table of a document's moves: what it allows, what it refuses in which words."""

from __future__ import annotations

import pytest
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext_lazy

from yunhe.platform.errors import Conflict
from yunhe.platform.ui.moves import Move, Moves


class Light(TextChoices):
    RED = "red", "red"
    GREEN = "green", "green"


class Stuck(Conflict):
    code = "light.stuck"


MOVES = Moves(
    Move("go", "Go", frozenset({Light.RED}), Light.GREEN),
    Move("tick", "", frozenset({Light.GREEN}), Light.RED, button=False),
    states=Light,
    what=gettext_lazy("Order %(number)s"),
    refused=Stuck,
)


def test_the_state_decides() -> None:
    assert MOVES.allows("red", "go")
    assert not MOVES.allows("green", "go")
    assert MOVES.check("red", "go").target == Light.GREEN
    assert not MOVES.allows("red", "fly")


def test_only_moves_with_a_button_are_offered() -> None:
    assert [move.action for move in MOVES.offered("red")] == ["go"]
    assert MOVES.offered("green") == []


@pytest.mark.parametrize(
    ("language", "action", "said"),
    [
        ("en", "go", "Order SO7 is “green”: “Go” is not possible."),
        ("zh-hans", "go", "订单 SO7 当前为“green”，不能“Go”。"),
        ("en", "fly", "Order SO7 is “green”: this is not possible."),
    ],
)
def test_a_refusal_names_the_record_its_state_and_the_action(
    language: str, action: str, said: str
) -> None:
    with translation.override(language), pytest.raises(Stuck) as refused:
        MOVES.check("green", action, number="SO7")
    assert str(refused.value) == said
    assert refused.value.status == 409
