"""Pictures that anybody may have sent, made small before they are shown or printed."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import IO, Any

from PIL import Image, ImageOps, UnidentifiedImageError

# what the library raises for a file that only begins like a picture, or ends too early
_BROKEN = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    struct.error,
    zlib.error,
)
MAX_PIXELS = 60_000_000


class UnreadablePicture(Exception):
    """Bytes that no picture reader opens."""


class TooManyPixels(UnreadablePicture):
    """A picture that would fill the memory, whatever the size of its file."""


def shrink(picture: IO[bytes] | Any, pixels: int) -> bytes:
    """A JPEG of at most `pixels` a side, upright, on white. Raises UnreadablePicture, TooManyPixels."""
    try:
        with Image.open(picture) as source:
            if source.width * source.height > MAX_PIXELS:
                raise TooManyPixels()
            upright = ImageOps.exif_transpose(source).convert("RGBA")
    except Image.DecompressionBombError as error:
        raise TooManyPixels() from error
    except _BROKEN as error:
        raise UnreadablePicture() from error
    upright.thumbnail((pixels, pixels))
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright, mask=upright.getchannel("A"))
    answer = BytesIO()
    flat.save(answer, "JPEG", quality=82)
    return answer.getvalue()
