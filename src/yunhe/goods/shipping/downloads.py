"""Files that shipping gives out."""

from __future__ import annotations

from django.http import HttpResponse

from yunhe.goods.shipping.models import Shipment
from yunhe.goods.shipping.queries import packages_of


def labels_of(shipment: Shipment) -> HttpResponse:
    """The labels of the packages, a page each, as a PDF named after the shipment."""
    # imported here: drawing PDFs takes a quarter of a second to load
    from yunhe.goods.shipping.labels import render_labels

    content = render_labels(shipment, list(packages_of(shipment)))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{shipment.number}.pdf"'
    return answer
