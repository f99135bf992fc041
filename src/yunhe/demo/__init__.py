"""Demo data: a manufacturer's year told from real POS lines (docs/explanation/demo-data.md).

This package stands above every floor: it may import all of them, nothing imports it.
"""

from __future__ import annotations
