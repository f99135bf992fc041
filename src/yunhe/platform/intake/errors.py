"""What can be wrong with a file as a whole. What is wrong with a row is in reasons.py."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import Conflict, DomainError, NotAllowed, Text


class FileRefused(DomainError):
    """The file cannot be read at all; nothing of it was taken in."""

    code = "intake.file_refused"


class MappingIncomplete(DomainError):
    """A required field has no column, or a column is used twice."""

    code = "intake.mapping_incomplete"


class OptionReserved(NotAllowed):
    """A partner chose, or touches a file with, an option that only headquarters may choose."""

    code = "intake.option_reserved"


class OptionInvalid(DomainError):
    """An option that the import type does not have, or a value that it refuses."""

    code = "intake.option_invalid"

    def __init__(self, message: Text, name: str) -> None:
        super().__init__(message, field=name)


def unknown_option(name: str, known: list[str]) -> OptionInvalid:
    message = _("There is no option “%(name)s” for these files; there are: %(known)s.")
    return OptionInvalid(message % {"name": name[:40], "known": ", ".join(known) or "–"}, name)


class UnknownImportType(DomainError):
    code = "intake.unknown_type"
    status = 404

    def __init__(self, code: str) -> None:
        super().__init__(_("There is no import type “%(code)s”.") % {"code": code}, field="type")


class ImportBusy(Conflict):
    """A worker is at it, or the import is not in a state for this."""

    code = "intake.busy"


def being_worked_on() -> ImportBusy:
    return ImportBusy(_("Another process is working on this import."))


class DecisionNeeded(Conflict):
    """Lines look already reported, and nobody said yet what to do with them."""

    code = "intake.decision_needed"

    def __init__(self) -> None:
        super().__init__(
            _("Say first what is to be done with the lines that look already reported."),
            field="decision",
        )


class NothingToDecide(Conflict):
    """No line of the import looks already reported, or it was decided and posted."""

    code = "intake.nothing_to_decide"

    def __init__(self) -> None:
        super().__init__(_("No line of this import waits for this decision."), field="decision")


class UnknownTarget(DomainError):
    """A value of a file cannot be mapped to a record that does not exist."""

    code = "intake.unknown_target"

    def __init__(self, target: str) -> None:
        super().__init__(
            _("We have no record with the code “%(code)s”.") % {"code": target}, field="target"
        )


class NothingWaits(DomainError):
    """No row in quarantine waits for this value."""

    code = "intake.nothing_waits"

    def __init__(self, value: str) -> None:
        super().__init__(
            _("No row in quarantine waits for the value “%(value)s”.") % {"value": value},
            field="value",
        )


def empty_file() -> FileRefused:
    return FileRefused(
        _("The file is empty. Export it again with a header row and at least one line."),
        code="intake.empty_file",
    )


def wrong_type(name: str) -> FileRefused:
    return FileRefused(
        _(
            "“%(name)s” is neither a text table (CSV), an Excel workbook (.xlsx, .xls) nor a Parquet file."
        )
        % {"name": name},
        code="intake.wrong_type",
    )


def too_large(limit_mb: int) -> FileRefused:
    return FileRefused(
        _("The file is larger than %(limit)s MB. Split it and send the parts.")
        % {"limit": limit_mb},
        code="intake.too_large",
    )


def line_too_long(limit_mb: int) -> FileRefused:
    return FileRefused(
        _(
            "A line of the file is longer than %(limit)s MB. Probably a quotation mark is never closed,"
            " or the file is no table."
        )
        % {"limit": limit_mb},
        code="intake.line_too_long",
    )


def not_decodable(position: int) -> FileRefused:
    return FileRefused(
        _(
            "The characters of the file are neither UTF-8 nor GB18030 (near byte %(position)s)."
            " Save it as “CSV UTF-8” and send it again."
        )
        % {"position": position},
        code="intake.encoding",
    )


def expands_too_far(limit_mb: int) -> FileRefused:
    return FileRefused(
        _(
            "The workbook unpacks to more than %(limit)s MB and was not opened."
            " Remove empty formatted rows, or save the sheet as CSV."
        )
        % {"limit": limit_mb},
        code="intake.expands_too_far",
    )


def no_workbook(name: str) -> FileRefused:
    return FileRefused(
        _(
            "“%(name)s” cannot be read as an Excel workbook. Open it in Excel and save it again, or "
            "save it as CSV."
        )
        % {"name": name},
        code="intake.damaged",
    )


def no_parquet(name: str) -> FileRefused:
    return FileRefused(
        _(
            "“%(name)s” cannot be read as a Parquet file: it is damaged or was cut off. Write it again"
            " and retry."
        )
        % {"name": name},
        code="intake.damaged",
    )


def json_instead(name: str) -> FileRefused:
    return FileRefused(
        _(
            "“%(name)s” holds JSON, not a table. Send it as CSV, Excel or Parquet, or report the lines"
            " over the API."
        )
        % {"name": name},
        code="intake.json",
    )


def no_table(name: str) -> FileRefused:
    return FileRefused(
        _(
            "“%(name)s” is a text without columns. Export it as CSV with a header row, or send an Excel"
            " workbook."
        )
        % {"name": name},
        code="intake.no_table",
    )


def password_protected(name: str) -> FileRefused:
    return FileRefused(
        _(
            "“%(name)s” is protected by a password. Open it in Excel or WPS, remove the password"
            " (File, Info, Protect), save it and send it again."
        )
        % {"name": name},
        code="intake.password",
    )


def page_in_disguise(name: str) -> FileRefused:
    return FileRefused(
        _(
            "“%(name)s” is a web page or XML under an Excel name, as some systems export it. Open it"
            " in Excel or WPS, save it as .xlsx and send it again."
        )
        % {"name": name},
        code="intake.page_in_disguise",
    )


def no_header() -> FileRefused:
    return FileRefused(
        _("No header row was found: the first rows must hold the names of at least two columns."),
        code="intake.no_header",
    )


def no_rows() -> FileRefused:
    return FileRefused(_("The file has a header but not one line below it."), code="intake.no_rows")


def duplicate_headers(names: list[str]) -> FileRefused:
    return FileRefused(
        _("These column names occur twice: %(names)s. Rename one of each and send the file again.")
        % {"names": ", ".join(names)},
        code="intake.duplicate_headers",
    )


def broken_quotes(line: int) -> FileRefused:
    return FileRefused(
        _("Line %(line)s cannot be split into columns. Check its quotation marks.")
        % {"line": line},
        code="intake.broken_quotes",
    )


def ambiguous_dates(column: str, example: str) -> MappingIncomplete:
    return MappingIncomplete(
        _(
            "The dates in column “%(column)s” (such as %(example)s) can be read as day/month or"
            " month/day. Choose the order in the mapping."
        )
        % {"column": column, "example": example},
        code="intake.ambiguous_dates",
        field="date_order",
    )


def unknown_date_order(value: object) -> MappingIncomplete:
    return MappingIncomplete(
        _("“%(value)s” is no order of dates; choose auto, dmy or mdy.")
        % {"value": str(value)[:40]},
        field="date_order",
    )


def missing_columns(labels: list[str]) -> MappingIncomplete:
    return MappingIncomplete(
        _("No column is mapped to: %(labels)s.") % {"labels": ", ".join(labels)},
        code="intake.missing_columns",
        field="mapping",
    )
