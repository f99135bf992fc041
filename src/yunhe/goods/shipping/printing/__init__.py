"""What is printed of a shipment. Not imported at the start: drawing PDFs takes a quarter of a second to load."""

from __future__ import annotations

from yunhe.goods.shipping.printing.labels import labels_of
from yunhe.goods.shipping.printing.note import delivery_note_of

__all__ = ["delivery_note_of", "labels_of"]
