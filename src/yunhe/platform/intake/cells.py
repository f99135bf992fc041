"""Cells to values in DuckDB's SQL: full-width digits, separators, parentheses, percents, dates.

Reading is strict where a guess could be wrong by a factor of thousand ("1,5" is refused), lenient
where it cannot ("１，２３４", "(12.50)", "¥ 3", "12-", "2026年3月1日").
"""

from __future__ import annotations

from yunhe.platform.intake.choices import DateOrder
from yunhe.platform.intake.declarations import Field, Kind

_FULL = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000\u00a0\u2212"
_HALF = "".join(chr(code) for code in range(0x21, 0x7F)) + "  -"
_BLANKS = " \t\r\n\u00a0\u3000\ufeff"

_FORMATS = ["%Y年%m月%d日", "%Y.%m.%d", "%Y%m%d", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y"]
_ORDERED = {
    # %y first: %Y would take the year 10 for a "10" that means 2010
    DateOrder.DAY_FIRST: ["%d/%m/%y", "%d.%m.%y", "%d-%m-%y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"],
    DateOrder.MONTH_FIRST: ["%m/%d/%y", "%m.%d.%y", "%m-%d-%y", "%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y"],
}
TWO_PART_DATE = r"^\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}(\s.*)?$"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


MACROS = (
    f"CREATE MACRO yh_clean(t) AS nullif(trim(t, {_quoted(_BLANKS)}), '')",
    f"""CREATE MACRO yh_fold(t) AS CASE WHEN strlen(t) = length(t) THEN t
          ELSE nullif(trim(translate(t, {_quoted(_FULL)}, {_quoted(_HALF)})), '') END""",
    # Excel writes text cells as ="00123" or '00123 to keep their zeros; a column of numbers with
    # gaps comes out of many tools as 17850.0
    r"""CREATE MACRO yh_code(t) AS CASE WHEN t[1] IN ('=', '''')
          THEN regexp_replace(t, '^(="(.*)"|''(.*))$', '\2\3')
          WHEN t[-2:] = '.0' THEN regexp_replace(t, '^([1-9]\d{2,14})\.0$', '\1') ELSE t END""",
    r"""CREATE MACRO yh_bare(t) AS regexp_replace(t, '[¥￥$€£元\s]|^(CNY|RMB|USD|EUR)', '', 'g')""",
    r"""CREATE MACRO yh_digits(t) AS CASE
          WHEN regexp_full_match(t, '\d{1,3}(,\d{3})+(\.\d*)?') THEN replace(t, ',', '')
          WHEN regexp_full_match(t, '\d+(\.\d*)?|\.\d+') THEN t END""",
    r"""CREATE MACRO yh_plain(t) AS CASE
          WHEN regexp_full_match(t, '\(.*\)') THEN '-' || yh_digits(t[2:-2])
          WHEN regexp_full_match(t, '.*-') THEN '-' || yh_digits(t[1:-2])
          WHEN regexp_full_match(t, '-.*') THEN '-' || yh_digits(t[2:])
          WHEN regexp_full_match(t, '\+.*') THEN yh_digits(t[2:])
          ELSE yh_digits(t) END""",
    """CREATE MACRO yh_number(t) AS coalesce(try_cast(t AS DECIMAL(38,12)),
          try_cast(yh_plain(yh_bare(t)) AS DECIMAL(38,12)))""",
    """CREATE MACRO yh_percent(t) AS CASE WHEN t LIKE '%\\%' ESCAPE '\\'
          THEN CAST(yh_number(trim(t[1:-2])) / 100 AS DECIMAL(38,12)) ELSE yh_number(t) END""",
    # a year of two figures read as it stands is no date of a trade
    "CREATE MACRO yh_modern(d) AS CASE WHEN d >= DATE '1000-01-01' THEN d END",
    r"""CREATE MACRO yh_serial(t) AS CASE WHEN regexp_full_match(t, '[2-7]\d{4}(\.\d+)?')
          THEN DATE '1899-12-30' + CAST(floor(CAST(t AS DOUBLE)) AS INTEGER) END""",
)


def date_sql(text: str, order: DateOrder) -> str:
    """A DATE or NULL: ISO first, then Chinese and compact forms, then the column's order."""
    # strptime would take "infinity" and "epoch" for dates: only texts with a digit get there
    formats = ", ".join(_quoted(f) for f in _ORDERED.get(order, []) + _FORMATS)
    day = f"regexp_replace({text}, '[ T]\\d{{1,2}}:\\d{{2}}.*$', '')"
    return (
        f"coalesce(try_cast(CASE WHEN {text}[5] IN ('-', '/') AND {text}[3] NOT IN ('-', '/')"
        f" AND {text}[2] NOT IN ('-', '/') THEN {text} END AS DATE),"
        f" yh_modern(CAST(CASE WHEN {text} SIMILAR TO '.*[0-9].*'"
        f" THEN try_strptime({day}, [{formats}]) END AS DATE)),"
        f" yh_serial({text}))"
    )


def sql_type(field: Field) -> str:
    """The staged type of a field (DuckDB's name, valid in PostgreSQL too)."""
    if field.kind in (Kind.NUMBER, Kind.PERCENT):
        return f"DECIMAL(18,{field.scale})"
    return "DATE" if field.kind is Kind.DATE else "VARCHAR"


def text_sql(field: Field, cell: str) -> str:
    """The trimmed text of a cell; NULL when blank."""
    clean = f"yh_clean({cell})"
    if field.kind is Kind.TEXT:
        return clean
    folded = f"yh_fold({clean})"
    return f"nullif(yh_code({folded}), '')" if field.kind is Kind.CODE else folded


def wide_sql(field: Field, text: str, order: DateOrder) -> str | None:
    """The parsed value before its range is checked; None for texts, which are their own value."""
    if field.kind is Kind.NUMBER:
        return f"yh_number({text})"
    if field.kind is Kind.PERCENT:
        return f"yh_percent({text})"
    if field.kind is Kind.DATE:
        return date_sql(text, order)
    if field.kind is Kind.CHOICE:
        whens = " ".join(
            f"WHEN {_quoted(word.lower())} THEN {_quoted(value)}"
            for word, value in field.choices.items()
        )
        return f"CASE lower({text}) {whens} END"
    return None


def field_checks(field: Field) -> list[tuple[str, str]]:
    """(reason code, condition) over `t_<name>` (text) and `v_<name>` (wide value)."""
    text, wide = f"t_{field.name}", f"v_{field.name}"
    checks = []
    if field.required or field.filled:
        checks.append(("missing", f"{text} IS NULL"))
    unread = f"{text} IS NOT NULL AND {wide} IS NULL"
    if field.kind in (Kind.NUMBER, Kind.PERCENT):
        limit = 10 ** (18 - field.scale)
        low = f" OR {wide} < {field.minimum}" if field.minimum is not None else ""
        checks += [
            ("not_a_number", unread),
            ("out_of_range", f"abs({wide}) >= {limit}{low}"),
            ("too_precise", f"abs({wide}) < {limit} AND round({wide}, {field.scale}) <> {wide}"),
        ]
    elif field.kind is Kind.DATE:
        checks += [
            ("not_a_date", unread),
            ("out_of_range", f"{wide} NOT BETWEEN DATE '1990-01-01' AND DATE '2100-01-01'"),
        ]
    elif field.kind is Kind.CHOICE:
        checks.append(("not_a_choice", unread))
    else:
        checks.append(("too_long", f"length({text}) > {field.max_length}"))
    return checks


def value_sql(field: Field) -> str:
    """The typed value of a mapped field; NULL where it does not fit its type."""
    if field.kind in (Kind.NUMBER, Kind.PERCENT):
        return f"try_cast(v_{field.name} AS {sql_type(field)})"
    return f"t_{field.name}" if field.kind in (Kind.TEXT, Kind.CODE) else f"v_{field.name}"
