"""What is chosen once for a whole file: checked, and remembered only under a name."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yunhe.platform.access.principal import system_principal
from yunhe.platform.intake.bring import How, bring_file
from yunhe.platform.intake.errors import MappingIncomplete, OptionInvalid
from yunhe.platform.intake.models import Import, MappingTemplate
from yunhe.trade.sales.models import SalesFact

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
HEADER = "date,store code,sku,qty,amount\n"


@pytest.fixture
def sign_in(client, make_user, tree, catalog):
    from yunhe.channel.network.models import Partner

    for code, level in (("D1", "dealer"), ("S1", "store")):
        Partner.objects.create(node=tree[code], level=level)
    client.force_login(make_user("dealer_clerk", tree["D1"]))
    client.cookies["django_language"] = "en"
    return client


def upload(client, line, *, options=None, **more):
    file = SimpleUploadedFile("s.csv", (HEADER + line).encode())
    given = {"file": file, "type": "sales", **more}
    if options is not None:
        given["options"] = json.dumps(options)
    return client.post("/api/v1/intake/imports", given)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"currency": "usdollar"}, "currency"),
        ({"currency": "ZZZ"}, "currency"),
        ({"flow": "x"}, "flow"),
        ({"curency": "USD"}, "curency"),
    ],
)
@pytest.mark.parametrize("start", ["true", "false"])
def test_an_unknown_option_or_value_is_refused_by_name(sign_in, options, field, start):
    answer = upload(sign_in, "2026-11-01,S1,TEA,1,4\n", options=options, start=start)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "intake.option_invalid")
    assert problem["field"] == field
    assert Import.objects.count() == 0


def test_a_currency_is_kept_in_capitals_and_for_this_file_only(sign_in, settings):
    first = upload(sign_in, "2026-11-01,S1,TEA,1,4\n", options={"currency": " usd "})
    assert first.json()["options"] == {"flow": "sell_out", "currency": "USD"}
    second = upload(sign_in, "2026-11-02,S1,TEA,1,4\n")
    assert second.json()["options"] == {"flow": "sell_out", "currency": settings.CURRENCY}


def test_options_saved_under_a_name_serve_later_files_with_these_columns(sign_in):
    given = {"currency": "usd", "flow": "sell_through"}
    upload(sign_in, "2026-11-01,S1,TEA,1,4\n", options=given, save_as="US distributors")
    later = upload(sign_in, "2026-11-02,S1,TEA,1,4\n").json()
    assert later["options"] == {"flow": "sell_through", "currency": "USD"}
    upload(sign_in, "2026-11-03,S1,TEA,1,4\n", options={"currency": "EUR"})
    after = upload(sign_in, "2026-11-04,S1,TEA,1,4\n").json()
    assert after["options"] == {"flow": "sell_through", "currency": "USD"}
    template = MappingTemplate.objects.get()
    assert (template.name, template.named) == ("US distributors", True)


def test_the_page_says_it_beside_the_field_and_saves_under_a_name(sign_in):
    upload(sign_in, "2026-11-01,S1,TEA,1,4\n", start="false")
    record = Import.objects.get()
    columns = {f"field_{name}": at for name, at in record.mapping["columns"].items()}
    form = {**columns, "option_flow": "sell_out", "option_currency": "dollars", "save_as": "Ours"}
    refused = sign_in.post(f"/intake/{record.pk}/mapping/", form)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"option_currency"}
    form["option_currency"] = "eur"
    assert sign_in.post(f"/intake/{record.pk}/mapping/", form).status_code == 302
    record.refresh_from_db()
    assert record.options["currency"] == "EUR"
    upload(sign_in, "2026-11-05,S1,TEA,1,4\n", start="false")
    page = sign_in.get(f"/intake/{Import.objects.latest('pk').pk}/mapping/")
    assert page.context["form"]["save_as"].value() == "Ours"
    assert page.context["form"]["option_currency"].value() == "EUR"


def bring(tmp_path, tree, line, *, options=None, **how):
    file = tmp_path / f"{abs(hash(line))}.csv"
    file.write_text(HEADER + line)
    actor = system_principal("test")
    return bring_file(
        file,
        type_code="sales",
        actor=actor,
        now=NOW,
        node_id=tree["D1"].pk,
        options=options,
        how=How(**how),
    )


def test_the_shell_refuses_saves_and_reuses_by_name(tree, catalog, tmp_path):
    with pytest.raises(OptionInvalid):
        bring(tmp_path, tree, "2026-11-01,S1,TEA,1,4\n", options={"currency": "zzz"})
    bring(tmp_path, tree, "2026-11-01,S1,TEA,1,4\n", options={"currency": "gbp"}, save_as="UK")
    bring(tmp_path, tree, "2026-11-02,S1,TEA,1,4\n", mapping="UK")
    assert set(SalesFact.objects.values_list("currency", flat=True)) == {"GBP"}


@pytest.mark.parametrize(
    "text", ["[]", '{"on": 3}', "no json", '{"date": "date", "date_order": "x"}']
)
def test_a_mapping_file_that_is_none_is_refused_in_words(tree, catalog, tmp_path, text):
    mapping = tmp_path / "m.json"
    mapping.write_text(text)
    with pytest.raises(MappingIncomplete):
        bring(tmp_path, tree, "2026-11-01,S1,TEA,1,4\n", mapping=str(mapping))
