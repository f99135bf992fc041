"""X12 860 and 865, and published samples of EDI: each is read, or refused with its reason."""

from __future__ import annotations

import contextlib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from yunhe.trade.purchasing.compute import (
    ACCEPTED,
    REJECTED,
    AnsweredChange,
    AnsweredLine,
    ChangedLine,
    PurchaseChange,
    X12Error,
    kinds_in,
    read_850,
    read_855,
    read_860,
    read_865,
    write_860,
    write_865,
)

D = Decimal
AT = datetime(2026, 3, 2, 9, 30)
SAMPLES = Path("/work/shared/data/edi")
COUNT = "a transaction set has another number of segments than it says"
READ = {
    "x12.214.edi": ("214", []),
    "x12.810a.edi": ("810", []),
    "x12.820.issue140.edi": ("820", []),
    "x12.850.edi": ("850", [("1000012", 1)]),
    "x12.850a.edi": ("850", [("4600000406", 3)]),
    "x12.Issue88.edi": ("271", []),
    "850.Composite.SLN.OK.edi": ("850", [("08292233294", 2)]),
    "850.OK.edi": ("850", [("08292233294", 6)]),
    "856.Crossdock.OK.edi": ("856", []),
    "asn856.txt": ("856", []),
    "invoice810_po850_dual.edi": ("810 810 850", [("S115921858", 4)]),
    "simple810.edi": ("810 810", []),
}
REFUSED = {
    "edifact.ORDRSP.edi": "this is UN/EDIFACT, not X12",
    "edifact.Issue152.Wikipedia.edi": "this is UN/EDIFACT, not X12",
    "edifact.D95B.Issue137.EDI": "this is UN/EDIFACT, not X12",
    "x12.832.edi": COUNT,
    "x12.Issue101.edi": COUNT,
    "x12.Issue172.edi": COUNT,
    "po850.txt": COUNT,
    "x12.850.issue135.edi": "'20191001~' is no day",
}


def sample(name: str) -> str:
    found = sorted(SAMPLES.glob(f"*/{name}"))
    if not found:
        pytest.skip("the samples are not on this machine")
    return found[0].read_text(encoding="utf-8-sig", errors="replace")


def test_a_change_says_what_happens_to_each_line():
    lines = [
        ChangedLine(1, "TEA", D(12), D(10), "case", D("42.50")),
        ChangedLine(2, "W2", D(5), D(0), "bottle", D(2)),
        ChangedLine(3, "W3", D(5), D(6), "bottle", D(2)),
        ChangedLine(4, "W4", D(0), D(1), "pallet", D(200)),
    ]
    change = PurchaseChange("PO-1", 2, date(2026, 3, 2), lines)
    text = write_860(change, sender="YUNHE", receiver="ACME", control=7, at=AT)
    assert text.splitlines()[1].startswith("GS*PC*YUNHE*ACME*")
    assert [line for line in text.splitlines() if line[:3] in ("BCH", "POC")] == [
        "BCH*04*SA*PO-1**2*20260302~",
        "POC*1*QD*10*10*CA*42.5**VP*TEA~",
        "POC*2*DI*0*0*BO*2**VP*W2~",
        "POC*3*QI*6*6*BO*2**VP*W3~",
        "POC*4*AI*1*1*PL*200**VP*W4~",
    ]
    [found] = read_860(text)
    assert (found.number, found.sequence, found.cancels) == ("PO-1", 2, False)
    assert [(one.row, one.code, one.after) for one in found.lines] == [
        (1, "TEA", 10),
        (2, "W2", 0),
        (3, "W3", 6),
        (4, "W4", 1),
    ]


@pytest.mark.parametrize(
    ("whole", "lines", "accepted"),
    [
        (ACCEPTED, [], True),
        (REJECTED, [], False),
        ("", [AnsweredLine(1, ACCEPTED), AnsweredLine(2, ACCEPTED)], True),
        ("", [AnsweredLine(1, ACCEPTED), AnsweredLine(2, REJECTED)], False),
    ],
)
def test_the_answer_to_a_change_is_read_back(whole, lines, accepted):
    answered = AnsweredChange("PO-1", 2, "ACME-7", whole, lines)
    text = write_865(answered, sender="A", receiver="B", control=1, at=AT)
    assert read_865(text) == [answered]
    assert answered.accepted is accepted


def test_an_answer_that_says_neither_yes_nor_no_is_refused():
    text = write_865(AnsweredChange("PO-1", 1, "", ""), sender="A", receiver="B", control=1, at=AT)
    with pytest.raises(X12Error, match="neither yes nor no"):
        read_865(text)


@pytest.mark.parametrize("name", sorted(READ))
def test_published_samples_are_read(name):
    kinds, purchases = READ[name]
    text = sample(name)
    assert " ".join(kinds_in(text)) == kinds
    assert [(one.number, len(one.lines)) for one in read_850(text)] == purchases
    with pytest.raises(X12Error, match=r"no acknowledgement \(855\)"):
        read_855(text)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_other_samples_are_refused_with_their_reason(name):
    with pytest.raises(X12Error) as refused:
        read_850(sample(name))
    assert str(refused.value) == REFUSED[name]


def test_no_sample_is_a_crash():
    for path in sorted(SAMPLES.glob("*/*")):
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        for read in (read_850, read_855, read_860, read_865):
            with contextlib.suppress(X12Error):
                read(text)
