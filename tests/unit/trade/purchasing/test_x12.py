"""X12 850 and 855: published samples, a hand-written answer, and texts that are not what they should be."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunhe.trade.purchasing.compute import (
    ACCEPTED,
    CHANGED,
    REJECTED,
    Answered,
    AnsweredLine,
    Purchase,
    PurchaseLine,
    X12Error,
    read_850,
    read_855,
    read_x12,
    write_850,
    write_855,
)

D = Decimal
ISA = (
    "ISA*00*          *00*          *01*000123456      *ZZ*PARTNERID      *090827*0936*U*00401"
    "*000000055*0*T*>~"
)
# a published sample of EDI.Net (MIT), shortened to what a purchase order needs
SAMPLE = (
    "\ufeff" + ISA + "\r\n\tGS*PO*000123456*PARTNERID*20090827*1041*2*X*004010~\r\n"
    "ST*850*0003~\nBEG*00*SA*1000012**20090827~\nREF*SR*N~\nCSH*Y~\nTD5*****UPSG~\n"
    "N1*ST*John Doe~\nN3*126 Any St*~\nN4*Hauppauge*NY*11788-1234*US~\n"
    "PO1*1*1*EA*19.95**VN*0054321~\nCTT*1*1~\nSE*11*0003~\nGE*1*2~\nIEA*1*000000001~\n"
)


def test_a_published_purchase_order_is_read():
    [found] = read_850(SAMPLE)
    assert found == Purchase(
        number="1000012",
        on=date(2009, 8, 27),
        wanted=None,
        ship_to="John Doe",
        ship_to_code="",
        currency="",
        lines=[PurchaseLine(1, "0054321", D(1), "EA", D("19.95"))],
    )


def test_what_is_written_is_read_back():
    purchase = Purchase(
        number="PO-SO0000001.2",
        on=date(2026, 3, 2),
        wanted=date(2026, 3, 9),
        ship_to="上海澄渡源*供应链~",
        ship_to_code="D001",
        currency="CNY",
        lines=[
            PurchaseLine(1, "TEA-1", D("12"), "case", D("42.50")),
            PurchaseLine(3, "W2", D("1000"), "bottle", D("2")),
        ],
    )
    text = write_850(
        purchase, sender="YUNHE", receiver="ACME", control=7, at=datetime(2026, 3, 2, 9, 30)
    )
    assert text.splitlines()[0] == (
        "ISA*00*          *00*          *ZZ*YUNHE          *ZZ*ACME           *260302*0930*U*00401"
        "*000000007*0*P*>~"
    )
    [found] = read_850(text)
    assert (found.number, found.wanted, found.ship_to) == (
        "PO-SO0000001.2",
        date(2026, 3, 9),
        "上海澄渡源 供应链",
    )
    assert [(x.row, x.code, x.quantity, x.unit, x.price) for x in found.lines] == [
        (1, "TEA-1", D(12), "CA", D("42.5")),
        (3, "W2", D(1000), "BO", D(2)),
    ]


def test_an_acknowledgement_with_changes_is_read():
    body = [
        "ST*855*0001", "BAK*00*AC*PO-1*20260303****ACME-77", "PO1*1", "ACK*IA*12*CA*068*20260310",
        "PO1*2", "ACK*IQ*5*CA", "PO1*3", "ACK*R2", "CTT*3", "SE*10*0001",
    ]  # fmt: skip
    text = ISA + "GS*PR*A*B*20260303*1000*1*X*004010~" + "~".join(body) + "~GE*1*1~IEA*1*000000055~"
    assert read_855(text) == [
        Answered(
            "PO-1",
            "ACME-77",
            [
                AnsweredLine(1, ACCEPTED, D(12), date(2026, 3, 10)),
                AnsweredLine(2, CHANGED, D(5), None),
                AnsweredLine(3, REJECTED, None, None),
            ],
            "",
        )
    ]


def test_an_answer_for_the_whole_says_it_for_every_line():
    answered = Answered("PO-1", "R", [], REJECTED)
    text = write_855(answered, sender="A", receiver="B", control=1, at=datetime(2026, 3, 2))
    assert read_855(text) == [answered]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        ISA[:90],
        ISA,
        SAMPLE,
        SAMPLE.replace("850*0003", "855*0003"),
        SAMPLE.replace("SE*11", "SE*12"),
        SAMPLE.replace("SE*11*0003~\n", ""),
        ISA + "ST*855*1~BAK*00*ZZ*PO~SE*3*1~",
        ISA + "ST*855*1~BAK*00*AC*PO~PO1*1~ACK*QQ~SE*5*1~",
        ISA + "ST*855*1~BAK*00*AC*PO~PO1*1~ACK*IA*NaN~SE*5*1~",
        ISA + "ST*855*1~BAK*00*AC*PO~PO1*1~ACK*IA*1*EA*068*20261399~SE*5*1~",
    ],
)
def test_what_is_no_answer_is_refused_with_a_reason(text):
    with pytest.raises(X12Error):
        read_855(text)


def test_other_separators_are_declared_by_the_header():
    text = SAMPLE.replace("*", "|").replace("~", "\u001c")
    assert read_x12(text)[2] == ["ST", "850", "0003"]


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text):
    for whole in (text, ISA + text, SAMPLE[:150] + text + SAMPLE[150:]):
        try:
            read_850(whole)
        except X12Error:
            continue
