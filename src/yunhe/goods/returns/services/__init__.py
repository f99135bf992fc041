"""Writes of returns, by use case."""

from __future__ import annotations

from yunhe.goods.returns.services.asking import (
    AskedLine,
    RightChange,
    RightTerms,
    ask_supplier,
    change_right,
    grant_right,
    request_return,
)
from yunhe.goods.returns.services.inspecting import Finding, inspect_return
from yunhe.goods.returns.services.moving import expire_due, move_return

__all__ = [
    "AskedLine",
    "Finding",
    "RightChange",
    "RightTerms",
    "ask_supplier",
    "change_right",
    "expire_due",
    "grant_right",
    "inspect_return",
    "move_return",
    "request_return",
]
