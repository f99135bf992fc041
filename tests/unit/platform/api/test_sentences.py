"""Errors of validation in the reader's language, with the limit they name."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from django.utils.translation import override
from pydantic import BaseModel, Field, ValidationError

from yunhe.platform.api.problems import sentence


class Kind(Enum):
    STANDARD, SAMPLE = "standard", "sample"


class Body(BaseModel):
    above: Annotated[Decimal, Field(gt=0)] = Decimal(1)
    least: Annotated[Decimal, Field(ge=Decimal("0.5"))] = Decimal(1)
    tiny: Annotated[Decimal, Field(le=Decimal("0.0000001"))] = Decimal(0)
    money: Annotated[Decimal, Field(max_digits=6, decimal_places=2)] = Decimal(1)
    word: Literal["standard", "sample"] = "sample"
    kind: Kind = Kind.SAMPLE
    name: Annotated[str, Field(pattern="^[a-z]+$")] = "a"


@pytest.mark.parametrize(
    ("given", "english"),
    [
        ({"above": -1}, "It must be greater than 0."),
        ({"least": 0}, "It must be at least 0.5."),
        ({"tiny": 1}, "It must be at most 0.0000001."),
        ({"money": "1.234"}, "It has more than 2 decimal places."),
        ({"money": "1234567"}, "It has more than 6 digits."),
        ({"money": "12345.6"}, "It has more than 4 digits before the point."),
        ({"money": "NaN"}, "It must be a finite number."),
        ({"word": "x"}, "It must be one of: standard, sample."),
        ({"kind": "x"}, "It must be one of: standard, sample."),
        ({"name": "9"}, "It must match the pattern ^[a-z]+$."),
    ],
)
def test_the_limit_is_named(given: dict[str, Any], english: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Body.model_validate(given)
    error = refused.value.errors()[0]
    with override("en"):
        assert sentence(error["type"], error.get("ctx") or {}) == english
    with override("zh-hans"):
        told = sentence(error["type"], error.get("ctx") or {})
        assert told not in {english, "内容不正确。"}
