"""Pictures of products, and marketing material for partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.base import ContentFile, File
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.files.pictures import TooManyPixels, UnreadablePicture, shrink
from yunhe.platform.files.services import store_file
from yunhe.platform.files.signatures import DOCUMENTS, EVIDENCE, GIF, JPEG, PNG, WEBP
from yunhe.trade.catalog.choices import MaterialKind
from yunhe.trade.catalog.errors import PictureRefused
from yunhe.trade.catalog.models import Brand, Material, Picture, Product
from yunhe.trade.catalog.permissions import CHANGE, MATERIAL

THUMBNAIL_PIXELS = 160
READABLE = frozenset({JPEG, PNG, GIF, WEBP})


@dataclass(frozen=True, kw_only=True)
class MaterialDraft:
    """What is filed about a piece of material. `levels` empty: partners of every level."""

    title: str
    title_en: str = ""
    kind: str = MaterialKind.POSTER
    product: Product | None = None
    brand: Brand | None = None
    levels: Sequence[str] = ()
    valid_until: date | None = None


def add_picture(product: Product, upload: File, *, actor: Principal, now: datetime) -> Picture:
    """Store a picture with its thumbnail as the product's last one.

    Raises NotAllowed, FileRefused, FileTooLarge, PictureRefused (bytes that no picture reader opens).
    """
    actor.check(CHANGE)
    small = ContentFile(_thumbnail(upload), name="thumbnail.jpg")
    home = house_node()
    last = product.pictures.aggregate(last=Max("position"))["last"]
    return Picture.objects.create(
        product=product,
        file=store_file(upload, node_id=home, actor=actor, now=now, allowed=READABLE),
        thumbnail=store_file(small, node_id=home, actor=actor, now=now, allowed={JPEG}),
        position=0 if last is None else last + 1,
    )


def remove_picture(picture: Picture, *, actor: Principal) -> None:
    """Take a picture off its product; the stored file stays. Raises NotAllowed."""
    actor.check(CHANGE)
    picture.delete()


def add_material(
    draft: MaterialDraft, upload: File, *, actor: Principal, now: datetime
) -> Material:
    """Put a file into the library. Raises NotAllowed, FileRefused, FileTooLarge."""
    actor.check(MATERIAL)
    stored = store_file(
        upload, node_id=house_node(), actor=actor, now=now, allowed=EVIDENCE | DOCUMENTS
    )
    return Material.objects.create(
        title=draft.title,
        title_en=draft.title_en,
        kind=draft.kind,
        product=draft.product,
        brand=draft.brand,
        levels=list(draft.levels),
        valid_until=draft.valid_until,
        file=stored,
        added_at=now,
        added_by_id=actor.user_id,
    )


def remove_material(material: Material, *, actor: Principal) -> None:
    """Take a piece of material out of the library; the stored file stays. Raises NotAllowed."""
    actor.check(MATERIAL)
    material.delete()


def house_node() -> int:
    """The node of the manufacturer itself: files of the catalogue belong to it."""
    return Node.objects.filter(parent=None).order_by("pk").values_list("pk", flat=True)[0]


def _thumbnail(upload: File) -> bytes:
    """A JPEG of at most THUMBNAIL_PIXELS a side."""
    upload.seek(0)
    try:
        return shrink(upload, THUMBNAIL_PIXELS)
    except TooManyPixels as error:
        raise PictureRefused(_("The picture has too many pixels."), field="file") from error
    except UnreadablePicture as error:
        raise PictureRefused(
            _("This file is not a picture that can be shown."), field="file"
        ) from error
    finally:
        upload.seek(0)
