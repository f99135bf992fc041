"""What nobody should type, for each kind of field, and the forms of a page to type it into.

`forms_in(page)` reads the forms from the HTML that a person gets, so a field of any make is found;
`spoilt(form)` gives every way of sending it with one field spoilt and the others as they should be.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any, TypeVar
from urllib.parse import quote_plus

from xlsxwriter import Workbook

T = TypeVar("T")
HUGE = "9" * 40
LONE_SURROGATE = "货\ud800物"
NUL = "货\x00物"
LONG = "长" * 70_000
NUMBERS = ("十二", "12a", "-1", "-0.0000001", HUGE, "1e400", "NaN", "Infinity", "1.23456789", NUL)
DAYS = ("0001-01-01", "9999-12-31", "2026-02-30", "30.11.2026", "明天", HUGE, NUL)
MOMENTS = ("0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30T10:00", "明天", NUL)
CLOCKS = ("25:99", "-1", "早上", NUL)
CHOICES = ("0", "-1", HUGE, "99999999999", "无", LONE_SURROGATE, NUL)
TEXTS = (NUL, LONE_SURROGATE, LONG, "<script>alert(1)</script>", "   ", "{", "-1", HUGE)
BY_KIND = {
    "number": NUMBERS,
    "date": DAYS,
    "datetime-local": MOMENTS,
    "time": CLOCKS,
    "month": ("0000-00", "9999-99", "明天", NUL),
    "select": CHOICES,
    "radio": CHOICES,
    "checkbox": CHOICES,
    "hidden": CHOICES,
}
# what no field of the kind means, whatever it is for
NEVER = {
    "number": ("十二", "12a", HUGE, "1e400", "NaN", "Infinity"),
    "date": ("0001-01-01", "9999-12-31", "2026-02-30", "明天", HUGE),
    "datetime-local": ("0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30T10:00", "明天"),
    "time": ("25:99", "-1", "早上"),
}
# a value that the field takes, for those that are empty on the page
SOUND = {
    "number": "1",
    "date": "2026-12-01",
    "datetime-local": "2026-12-01T10:00",
    "time": "10:00",
    "month": "2026-12",
    "email": "a@example.com",
    "url": "https://example.com/",
    "tel": "13800000000",
}
# by the field's name, for those that hold the code of something or lines of a table
WORDS = {
    "node": "D1",
    "sender": "D1",
    "receiver": "S1",
    "partner": "D1",
    "other": "S1",
    "sku": "K0",
    "product": "K0",
    "rows": "K0 1",
    "lines": "K0 1",
    "ref": "D-1",
    "demands": "D1 12",
    "account": "",
    "item": "",
    "signature": "",
}
# by a part of the address, where lines have cells of their own
LINES = {"/transfers/": "K0 1 3", "/lots/": "K0 1 L1 2027-05-31", "/schedule/": "K0 2026-12-20 1"}
TABLES = {"rows", "lines", "demands", "quantities", "prices", "entries"}
CELLS = ("十二", "-1", HUGE, "NaN", "1e400", "0.0001", NUL, LONE_SURROGATE, "1 2 3 4 5 6 7")


@dataclass(frozen=True)
class Control:
    """A field of a form: its kind, what the page puts into it and what it offers."""

    name: str
    kind: str
    value: str = ""
    options: tuple[str, ...] = ()

    @property
    def sound(self) -> str:
        """A value that the field takes."""
        if self.kind in {"checkbox", "radio"} or self.value:
            return self.value
        offered = next((option for option in self.options if option), "")
        return offered or SOUND.get(self.kind) or WORDS.get(self.name, "字")

    @property
    def wrong(self) -> Iterator[str]:
        """What it should not take, one after the other."""
        yield from BY_KIND.get(self.kind, TEXTS)
        if self.name in TABLES:
            first, *rest = self.sound.split()
            for cell in CELLS:
                yield " ".join([first, cell, *rest[1:]])
                yield " ".join([cell, *rest])


@dataclass(frozen=True)
class HtmlForm:
    """A form as a browser would send it."""

    action: str
    controls: tuple[Control, ...] = ()

    @property
    def files(self) -> list[str]:
        return [control.name for control in self.controls if control.kind == "file"]

    def sent(self) -> list[tuple[str, str]]:
        """Its fields as they should be filled, without files."""
        return [
            (control.name, control.sound) for control in self.controls if control.kind != "file"
        ]


@dataclass
class _Reading:
    action: str
    controls: list[Control] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects POST forms with their inputs, selects and text areas."""

    def __init__(self, method: str) -> None:
        super().__init__()
        self.method = method
        self.forms: list[_Reading] = []
        self.open: _Reading | None = None
        self.select: Control | None = None
        self.area = self.text = ""
        self.others: list[tuple[str, _Reading]] = []

    def sends(self, given: dict[str, str]) -> None:
        """A form of its own for a button that sends its form's fields elsewhere."""
        if self.open is not None and given.get("formaction"):
            self.others.append((given["formaction"], self.open))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            to = given.get("hx-post") or given.get("action", "")
            posts = "hx-post" in given or given.get("method", "get").lower() == "post"
            self.open = _Reading(to) if posts == (self.method == "post") else None
        elif self.open is not None and (name := given.get("name")):
            if tag == "select":
                self.select = Control(name, "select")
            elif tag == "textarea":
                self.area = name
            elif tag == "input" or (tag == "button" and "value" in given):
                kind = given.get("type", "text") if tag == "input" else "hidden"
                kind = "number" if given.get("inputmode") in {"decimal", "numeric"} else kind
                self.open.controls.append(Control(name, kind, given.get("value", "")))
        if tag == "button":
            self.sends(given)
        if tag == "option" and self.select is not None:
            chosen = given.get("value", "") if "selected" in given else self.select.value
            options = (*self.select.options, given.get("value", ""))
            self.select = replace(self.select, options=options, value=chosen)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.select is not None and self.open is not None:
            self.open.controls.append(self.select)
            self.select = None
        elif tag == "textarea" and self.area and self.open is not None:
            self.open.controls.append(Control(self.area, "text", self.text.strip()))
            self.area = ""
        elif tag == "form" and self.open is not None:
            self.forms.append(self.open)
            self.forms += [replace(form, action=to) for to, form in self.others]
            self.open, self.others = None, []

    def handle_data(self, data: str) -> None:
        self.text = self.text + data if self.area else ""


def forms_in(page: str, address: str, method: str = "post") -> list[HtmlForm]:
    """The page's own forms (not the shell's), each once for its action and fields."""
    reader = _Reader(method)
    reader.feed(page.partition("<main")[2].partition("</main>")[0])
    found = {}
    for form in reader.forms:
        controls = {
            control.name: control
            for control in reversed(form.controls)
            if control.name not in {"csrfmiddlewaretoken", "shown_version", "next"}
            and "__prefix__"
            not in control.name  # a row to be added: inside a <template>, never sent
        }
        action = form.action or address
        lines = next((text for part, text in LINES.items() if part in action), "")
        kept = [
            replace(control, value=lines) if lines and control.name == "rows" else control
            for control in reversed(controls.values())
        ]
        made = HtmlForm(action, tuple(kept))
        if made.controls or form.action:  # a list's form is sent by its buttons alone
            found.setdefault((made.action, tuple(controls)), made)
    return list(found.values())


@dataclass(frozen=True)
class Sending:
    """One way of sending a form."""

    what: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str, bytes], ...] = ()
    spoilt: Control | None = None

    def encoded(self) -> tuple[bytes, str]:
        """Body and content type; text that is no Unicode travels as the bytes that it is."""
        if not self.files:
            pairs = [f"{quote_plus(_raw(k))}={quote_plus(_raw(v))}" for k, v in self.fields]
            return "&".join(pairs).encode(), "application/x-www-form-urlencoded"
        parts = [
            b'--EDGE\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
            % (_raw(k), _raw(v))
            for k, v in self.fields
        ]
        parts += [
            b'--EDGE\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n'
            b"Content-Type: application/octet-stream\r\n\r\n%s\r\n" % (_raw(k), _raw(name), data)
            for k, name, data in self.files
        ]
        return b"".join(parts) + b"--EDGE--\r\n", "multipart/form-data; boundary=EDGE"


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def spoilt(form: HtmlForm, most: int) -> Iterator[Sending]:
    """As it should be, empty, and with each field in turn left out or holding what is wrong for it.

    At most `most` values a field, others for each field, so that few still try all of them.
    """
    sound = tuple(form.sent())
    yield Sending("as it should be", sound)
    yield Sending("empty", ())
    for control in form.controls:
        others = tuple(pair for pair in sound if pair[0] != control.name)
        if control.kind == "file":
            for name, data in _some(list(FILES.items()), control.name, most):
                what = f"{control.name} = file {name}"
                yield Sending(what, others, ((control.name, name, data),), control)
            continue
        yield Sending(f"without {control.name}", others, spoilt=control)
        for value in _some(list(control.wrong), control.name, most):
            what = f"{control.name} = {value[:12]!a}"
            yield Sending(what, (*others, (control.name, value)), spoilt=control)


def _some(values: list[T], name: str, most: int) -> list[T]:
    """So many of the values, from a place that follows from the name."""
    start = zlib.crc32(name.encode()) % len(values)
    return [*values[start:], *values[:start]][:most]


def leaves(body: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a JSON body, lists and objects too."""
    yield way
    inner = body.items() if isinstance(body, dict) else enumerate(body) if _is_list(body) else ()
    for key, value in inner:
        yield from leaves(value, (*way, key))


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


JSON_VALUES: tuple[Any, ...] = (
    *("十二", "-1", HUGE, "1e400", "NaN", NUL, LONE_SURROGATE, LONG, "0001-01-01", "9999-12-31"),
    *(-1, 10**40, 10**17, 1e300, 0.1, None, True, [], {}, [[]], ["a"] * 3, "9999-12-31T23:59:59Z"),
)


def with_value(body: Any, way: tuple[Any, ...], value: Any) -> Any:
    """The body with another value at the end of the way."""
    if not way:
        return value
    copy = dict(body) if isinstance(body, dict) else list(body)
    copy[way[0]] = with_value(copy[way[0]], way[1:], value)
    return copy


def _workbook(rows: int = 3) -> bytes:
    raw = io.BytesIO()
    with Workbook(raw, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(rows):
            sheet.write_row(
                row, 0, ["日期", "产品", "数量"] if not row else ["2026-11-01", "K0", 1]
            )
    return raw.getvalue()


def _bomb() -> bytes:
    """An archive of a few kilobytes that says it holds two hundred megabytes of one sheet."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(200):
                sheet.write(bytes(1_000_000))
    return raw.getvalue()


def _huge_picture() -> bytes:
    """A PNG of some bytes that says it is 60,000 by 60,000 points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)
TABLE = "日期,产品,数量\n2026-11-01,K0,十二\n"
FILES: dict[str, bytes] = {
    "empty.xlsx": b"",
    "empty.png": b"",
    "picture.xlsx": PNG,
    "torn.xlsx": _workbook()[:900],
    "bomb.xlsx": _bomb(),
    "gbk.csv": TABLE.encode("gbk"),
    "utf16.csv": TABLE.encode("utf-16"),
    "nul.csv": b"a,b\n\x00,\x00\n",
    "page.jpg": b"<html><script>alert(1)</script></html>",
    "torn.png": PNG,
    "huge.png": _huge_picture(),
    "table.png": _workbook(),
    "sheet.pdf": TABLE.encode(),
    "../../etc/passwd.csv": TABLE.encode(),
    "名" * 300 + ".csv": TABLE.encode(),
}
