"""Money in the demo frames: whole fen inside, exact decimals outside."""

from __future__ import annotations

import polars as pl

MONEY = pl.Decimal(18, 2)
_ONE_FEN = pl.lit("0.01").cast(pl.Decimal(4, 2))


def yuan(fen: pl.Expr) -> pl.Expr:
    """Turn an integer column of fen into `Decimal(18, 2)` yuan, exactly."""
    return (fen.cast(pl.Decimal(20, 2)) * _ONE_FEN).cast(MONEY)
