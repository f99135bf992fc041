"""Package labels: one A6 page a package with the SSCC as GS1-128 and Chinese text."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A6
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from yunhe.goods.shipping.models import Package, Shipment
from yunhe.goods.shipping.printing.paper import FONT, as_pdf, use_font
from yunhe.goods.shipping.queries import packages_of

FITS, MOST_ROWS = 22, 3  # characters of an address on a line of the label, and lines of it
DIGITS = "Helvetica"
MODULE, BAR_HEIGHT = 0.495 * mm, 32 * mm
"""GS1 General Specifications, logistic units: a module of 0.495–0.94 mm, bars at least 31.75 mm high."""
FNC1 = "\xf1"
"""reportlab's escape for the function character that makes a Code 128 a GS1-128."""


def labels_of(shipment: Shipment) -> HttpResponse:
    """The labels of the packages as a PDF named after the shipment."""
    return as_pdf(render_labels(shipment, list(packages_of(shipment))), shipment.number)


def render_labels(shipment: Shipment, packages: Sequence[Package]) -> bytes:
    """A PDF with a page for each package."""
    use_font()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A6)
    canvas.setTitle(f"{shipment.number} SSCC")
    for package in packages:
        _draw(canvas, shipment, package, total=len(packages))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, shipment: Shipment, package: Package, *, total: int) -> None:
    width, height = A6
    # names that `list_shipments` reads, of nodes that the reader may not see
    to, sender = shipment.partner_label, shipment.supplier_label  # type: ignore[attr-defined]
    lines = [
        (14, f"{_('To')}: {to}"),
        *_address_lines(shipment),
        (10, f"{_('From')}: {sender}"),
        (10, f"{_('Shipment')}: {shipment.number}"),
        (10, f"{_('Order')}: {shipment.order.number}"),
        (10, _("Package %(at)s of %(total)s") % {"at": package.position, "total": total}),
    ]
    top = height - 12 * mm
    for size, text in lines:
        canvas.setFont(FONT, size)
        canvas.drawString(8 * mm, top, text)
        top -= 7 * mm
    bars = Code128(f"{FNC1}00{package.sscc}", barWidth=MODULE, barHeight=BAR_HEIGHT)
    bars.drawOn(canvas, (width - bars.width) / 2, 26 * mm)
    canvas.setFont(DIGITS, 12)
    canvas.drawCentredString(width / 2, 16 * mm, f"(00) {package.sscc}")


def _address_lines(shipment: Shipment) -> list[tuple[int, str]]:
    """Receiver and phone, then the address in lines that fit the label; the label is for who delivers."""
    address = shipment.order.ship_to
    if not address:
        return []
    place = f"{address['region']}{address['street']}"
    rows = [place[at : at + FITS] for at in range(0, len(place), FITS)][:MOST_ROWS]
    return [(12, f"{address['receiver']} {address['phone']}"), *((11, row) for row in rows)]
