"""The `yunhe` command. Each subcommand parses, calls one function of the product, prints.

Imports sit inside the commands: `verify` and `conformance` must run without Django or a database,
and `--help` must be quick.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import Any

import click

import yunhe
from yunhe.config.terminal import REFUSED, answer, say, with_django

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
PORT = click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
AS_JSON = click.option("--json", "as_json", is_flag=True, help=_("Answer for another program."))


@click.group(help=_("Yunhe (运河): channel management for a manufacturer and its partners."))
@click.version_option(yunhe.__version__, prog_name="yunhe")
def main() -> None:
    """The root of every command."""


@main.command(help=_("Run database (embedded), web and worker on one machine."))
@click.option("--host", default="127.0.0.1", show_default=True)
@PORT
@click.option(
    "--workers", type=click.IntRange(1), default=2, show_default=True, help=_("Web processes.")
)
@click.option(
    "--threads",
    type=click.IntRange(1),
    default=4,
    show_default=True,
    help=_("Threads per web process."),
)
@click.option(
    "--no-worker", is_flag=True, help=_("Background jobs run elsewhere (`yunhe worker`).")
)
@click.option("--reload", is_flag=True, help=_("Restart on code changes."))
@with_django
def serve(**options: Any) -> None:
    from yunhe.channel.network.services import setup_notice
    from yunhe.platform.ops import serving

    chosen = _serve_options(**options)
    serving.check_port(chosen.host, chosen.port)
    serving.prepare(say)
    if notice := setup_notice(f"http://{chosen.host}:{chosen.port}"):
        say(notice)
    sys.exit(serving.serve(chosen, say=say))


def _serve_options(*, no_worker: bool, **options: Any) -> Any:
    from yunhe.platform.ops.serving import ServeOptions

    return ServeOptions(with_worker=not no_worker, **options)


@main.command(
    name="first-account",
    help=_("Make the first account without a browser; it holds every role of headquarters."),
)
@click.option("--company", required=True, help=_("The manufacturer's name."))
@click.option("--name", required=True, help=_("The person's name."))
@click.option("--username", required=True)
@click.option("--password", envvar="YUNHE_PASSWORD", prompt=True, hide_input=True)
@with_django
def first_account(**given: str) -> None:
    from django.conf import settings
    from django.db import transaction
    from django.utils import timezone

    from yunhe.channel.network.services import Founding, found_installation, setup_key
    from yunhe.platform.ops import serving

    serving.prepare(say)
    founding = Founding(language=settings.LANGUAGE_CODE, **given)
    with transaction.atomic():
        user = found_installation(founding, key=setup_key(), now=timezone.now())
    say(user.username)


@main.command(help=_("Run background jobs and dispatch events."))
@with_django
def worker() -> None:
    from yunhe.platform.jobs.worker import run_worker
    from yunhe.platform.ops import serving

    serving.require_migrated()
    run_worker()


@main.command(help=_("Create or upgrade the database, and its row-level security."))
@with_django
def migrate() -> None:
    from yunhe.platform.ops import serving

    serving.prepare(say)


@main.command(help=_("The product with real demo data; the second start is quick."))
@click.option("--host", default="127.0.0.1", show_default=True)
@PORT
@click.option("--load-only", is_flag=True, help=_("Load the data and stop."))
@click.option("--fresh", is_flag=True, help=_("Throw the present data away first."))
@with_django
def demo(host: str, port: int, load_only: bool, fresh: bool) -> None:
    from yunhe.demo.load import load_demo
    from yunhe.platform.ops import serving

    if not load_only:
        serving.check_port(host, port)
    if fresh:
        serving.drop_database(say)
    serving.prepare(say)
    with serving.alone("demo", say):
        load_demo(say=say)
    if not load_only:
        sys.exit(serving.serve(serving.ServeOptions(host=host, port=port), say=say))


@main.group(name="import", help=_("Bring your own data."))
def import_() -> None:
    """What comes in as a file."""


IMPORT_OPTIONS = (
    click.argument("file", type=FILE),
    click.option("--mapping", help=_("A saved mapping's name, or a JSON file {field: column}.")),
    click.option(
        "--save-as", help=_("Keep the mapping and the options under this name for later files.")
    ),
    click.option(
        "--node", help=_("Code of the unit or partner that sends it; default: headquarters.")
    ),
    click.option(
        "--create-master", is_flag=True, help=_("Create unknown records it refers to first.")
    ),
    AS_JSON,
)


def import_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every import shares."""
    for option in reversed(IMPORT_OPTIONS):
        command = option(command)
    return command


@import_.command(
    name="sales",
    help=_("Import a sales FILE (CSV, Excel or Parquet); bad rows are quarantined with reasons."),
)
@import_options
@click.option("--flow", type=click.Choice(["sell_in", "sell_through", "sell_out"]))
@click.option("--currency", help=_("Currency of the amounts; default: the installation's."))
@click.option(
    "--duplicates",
    type=click.Choice(["skip", "post", "stop"]),
    help=_("Lines that look already reported: leave them out, post them, or stop (default)."),
)
@with_django
def import_sales(*, flow: str | None, currency: str | None, **how: Any) -> None:
    given = {"flow": flow, "currency": currency}
    _import("sales", options={name: value for name, value in given.items() if value}, **how)


@import_.command(
    name="products",
    help=_("Import a product FILE: codes, names, brands, categories, barcodes, packs."),
)
@import_options
@with_django
def import_products(**given: Any) -> None:
    _import("products", **given)


@import_.command(name="stores", help=_("Import a FILE of dealers and stores."))
@import_options
@with_django
def import_stores(**given: Any) -> None:
    _import("stores", **given)


def _import(
    type_code: str,
    *,
    file: Path,
    node: str | None,
    as_json: bool,
    options: dict[str, str] | None = None,
    **given: Any,
) -> None:
    """Also the first thing a new installation may do: then it gets its headquarters first."""
    from django.utils import timezone

    from yunhe.channel.network.services import ensure_headquarters
    from yunhe.platform.intake.bring import How, bring_own
    from yunhe.platform.ops import serving

    serving.prepare(say)
    ensure_headquarters(now=timezone.now())
    how = How(**{name: value for name, value in given.items() if value})
    bring = partial(bring_own, file, type_code=type_code, node=node, options=options, say=say)
    report = bring(how=how)
    if report.asks and not given.get("duplicates") and not as_json and sys.stdin.isatty():
        say(report.as_text())
        report = bring(how=replace(how, duplicates=_ask_about_duplicates()))
    answer(report.as_dict(), as_json=as_json, text=report.as_text())
    if report.asks:
        sys.exit(REFUSED)


def _ask_about_duplicates() -> str:
    """What the person at the terminal decides."""
    question = _("Lines already reported: skip, post or stop?")
    choice = click.Choice(["skip", "post", "stop"])
    return str(click.prompt(question, type=choice, default="stop", err=True))


@main.group(help=_("Run published cases against this product's kernels."))
def conformance() -> None:
    """Published cases of a kernel."""


@conformance.command(
    name="rebates", help=_("Run every rebate case in FOLDER; exit 1 when any differs.")
)
@click.argument("folder", type=FOLDER)
@AS_JSON
def conformance_rebates(folder: Path, as_json: bool) -> None:
    from yunhe.money.rebates.conformance import run

    sys.exit(run(folder, as_json=as_json, out=sys.stdout))


@main.group(help=_("Delivery routes."))
def routes() -> None:
    """What the route solver does alone."""


@routes.command(
    name="solve",
    help=_("Solve a CVRPLIB or Solomon FILE on one core; exit 2 when it cannot be read."),
)
@click.argument("file", type=FILE)
@click.option("--seconds", type=click.FloatRange(min=0.1), default=30.0, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option(
    "--best", type=FILE, help=_("A solution to compare with; default: the .sol beside it.")
)
@click.option("--processor-time", is_flag=True, help=_("Count processor time: for busy machines."))
@click.option("--fewest-vehicles", is_flag=True, help=_("Fewest vehicles first, then distance."))
@AS_JSON
def routes_solve(file: Path, as_json: bool, **how: Any) -> None:
    from yunhe.goods.delivery.command import BadInstance, solve_file

    try:
        report = solve_file(file, **how)
    except BadInstance as error:
        say(f"yunhe: {file}: {error}")
        sys.exit(2)
    answer(report.as_dict(), as_json=as_json, text=report.as_text())


@main.command(
    help=_("Recompute a statement BUNDLE alone: no database, no network. Exit 1 when it differs.")
)
@click.argument("bundle", type=FILE)
@click.option("--key", type=FILE, help=_("The publisher's public key, if you hold it already."))
@AS_JSON
def verify(bundle: Path, key: Path | None, as_json: bool) -> None:
    from yunhe.money.rebates.verify import verify_bundle

    report = verify_bundle(bundle, public_key=key.read_bytes() if key else None)
    answer(report.as_dict(), as_json=as_json, text=report.as_text())
    sys.exit(0 if report.ok else 1)


@main.command(
    help=_("Run the benchmarks in bench/ (all, or those named); results go to bench/results/.")
)
@click.argument("names", nargs=-1)
@click.option("--quick", is_flag=True, help=_("Small sizes, to see that all of them run."))
@AS_JSON
def bench(names: tuple[str, ...], quick: bool, as_json: bool) -> None:
    from yunhe.config.bench import read_results, run_benchmarks

    code = run_benchmarks(names, quick=quick, say=say, own_output=not as_json)
    if as_json:
        answer({"code": code, "results": read_results(names)}, as_json=True, text="")
    sys.exit(code)


@main.command(help=_("Renew the API snapshot and the state diagrams in docs/reference/."))
@with_django
def docs() -> None:
    from yunhe.config.docs import write_reference

    changed = write_reference()
    click.echo("\n".join(str(path) for path in changed) or _("docs/reference is up to date"))


@main.command(help=_("Write database and files to TARGET (one tar file)."))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@AS_JSON
@with_django
def backup(target: Path, as_json: bool) -> None:
    from yunhe.platform.ops import serving
    from yunhe.platform.ops.backup import create_backup

    serving.ensure_database()
    manifest = create_backup(target)
    size = target.stat().st_size / 2**20
    answer(manifest, as_json=as_json, text=f"{target}: {size:.1f} MiB")


@main.command(help=_("Replace the database's content by a backup's."))
@click.argument("source", type=FILE)
@click.option("--yes", is_flag=True, help=_("Do not ask."))
@AS_JSON
@with_django
def restore(source: Path, yes: bool, as_json: bool) -> None:
    from yunhe.platform.ops import serving
    from yunhe.platform.ops.backup import restore_backup

    if not yes:
        click.confirm(_("All present data will be replaced. Go on?"), abort=True)
    serving.ensure_database()
    manifest = restore_backup(source)
    answer(manifest, as_json=as_json, text=_("restored the backup of %s") % manifest["created_at"])


@main.command(
    name="rotate-keys", help=_("Encrypt all secrets again with the first of YUNHE_ENCRYPTION_KEYS.")
)
@with_django
def rotate_keys() -> None:
    from django.db import transaction

    from yunhe.platform.accounts.services.upkeep import reencrypt_secrets
    from yunhe.platform.ops import serving

    serving.require_migrated()
    with transaction.atomic():
        written = reencrypt_secrets()
    say(_("%s secrets encrypted with the newest key") % written)


@main.command(help=_("Look whether everything is there that the product needs; exit 1 when not."))
@AS_JSON
@with_django
def check(as_json: bool) -> None:
    from yunhe.platform.ops import serving
    from yunhe.platform.ops.checks import as_json as to_json
    from yunhe.platform.ops.checks import run_checks

    with contextlib.suppress(Exception):  # what keeps the database away is the first finding
        serving.ensure_database()
    findings = list(run_checks())
    text = "\n".join(finding.as_text() for finding in findings)
    answer(to_json(findings), as_json=as_json, text=text)
    sys.exit(0 if all(finding.ok for finding in findings) else 1)
