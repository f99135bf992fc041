"""The `yunhe` command as a shell user meets it: sentences, languages, exit codes, JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection

from yunhe.config.cli import main
from yunhe.config.terminal import terminal_language
from yunhe.platform.ops import serving
from yunhe.platform.ops.errors import NotMigrated, PortTaken


def yunhe(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "yunhe", *arguments],
        capture_output=True,
        check=False,
        text=True,
        cwd=settings.PROJECT_DIR,
        env={**os.environ, **environment},
        timeout=120,
    )


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "zh-hans"),
        ({"LANG": "C.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8", "YUNHE_LANGUAGE": "en"}, "en"),
    ],
)
def test_the_terminal_s_language(monkeypatch, environment, language):
    for name in ("LANG", "LC_ALL", "LC_MESSAGES", "YUNHE_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert terminal_language() == language


@pytest.mark.parametrize(
    ("arguments", "chinese", "english"),
    [
        (["frob"], "没有命令 'frob'", "No such command 'frob'"),
        (["verify"], "缺少参数 'BUNDLE'", "Missing argument 'BUNDLE'"),
        (["verify", "no.zip"], "文件 'no.zip' 不存在", "File 'no.zip' does not exist"),
        (["serve", "--port", "99999"], "99999 不在范围", "99999 is not in the range"),
        (["conformance", "rebates", "no"], "文件夹 'no' 不存在", "Directory 'no' does not exist"),
    ],
)
def test_bad_arguments_are_refused_in_the_user_s_language(arguments, chinese, english):
    for language, words in (("zh-hans", chinese), ("en", english)):
        done = yunhe(*arguments, YUNHE_LANGUAGE=language)
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "chinese", "english"),
    [
        (["--help"], 0, "在一台机器上运行内嵌数据库", "Run database (embedded)"),
        (["verify", "--help"], 0, "独立重算结算单包 BUNDLE", "Recompute a statement BUNDLE alone"),
        (
            ["verify", "LICENSE"],
            1,
            "不一致：manifest.json: 缺失，或其 zip 文件头被改动\n",
            "differs: manifest.json: is missing, or its zip header was changed\n",
        ),
        (["conformance", "rebates", "scripts"], 1, "scripts 中没有案例\n", "no cases in scripts\n"),
        (
            ["conformance", "rebates", "conformance"],
            0,
            "63 个案例中 63 个通过\n",
            "63 of 63 cases pass\n",
        ),
    ],
)
def test_answers_without_a_database_are_in_the_user_s_language(arguments, code, chinese, english):
    for language, words in (("zh-hans", chinese), ("en", english)):
        done = yunhe(*arguments, YUNHE_LANGUAGE=language)
        assert done.returncode == code, done.stderr
        assert words in done.stdout


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"DATABASE_URL": "mysql://x/y"}, "must start with postgresql://"),
        ({"DATABASE_URL": "postgresql://h"}, "names no database"),
        ({"YUNHE_VAR": "/proc/nothing"}, "Data cannot be kept in /proc/nothing"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/y"}, "The database does not answer"),
    ],
)
def test_a_wrong_setting_is_one_sentence_and_json_for_a_program(environment, words):
    done = yunhe("backup", "x.tar", "--json", YUNHE_LANGUAGE="en", **environment)
    assert done.returncode == 2
    assert done.stderr.startswith("yunhe: ")
    assert "Traceback" not in done.stderr
    assert words in json.loads(done.stdout)["error"]["message"]


def test_an_unreadable_terminal_encoding_ends_nothing():
    done = yunhe("frob", YUNHE_LANGUAGE="zh-hans", PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert "'frob'" in done.stderr


def test_a_database_that_cannot_be_reached_is_told_once():
    url = {"DATABASE_URL": "postgresql://127.0.0.1:1/y"}
    done = yunhe("check", "--json", YUNHE_LANGUAGE="en", **url)
    found = {row["code"]: row["ok"] for row in json.loads(done.stdout)}
    assert done.returncode == 1
    assert found == {
        "database": False, "folders": True, "disk": True, "build": True, "protection": True,
    }  # fmt: skip


@pytest.mark.django_db
def test_check_names_what_it_looked_at(monkeypatch):
    monkeypatch.setenv("YUNHE_LANGUAGE", "en")
    done = CliRunner().invoke(main, ["check", "--json"])
    rows = json.loads(done.stdout)
    assert {row["code"]: row["ok"] for row in rows} == dict.fromkeys(
        ("database", "migrations", "roles", "policies", "keys", "worker", "events",
         "folders", "disk", "build", "protection"),
        True,
    )  # fmt: skip
    # nobody works on the test's database: the product runs, but somebody should look
    assert [row["code"] for row in rows if row["warning"]] == ["worker"]
    assert done.exit_code == 0


@pytest.mark.django_db
def test_check_finds_a_secret_that_no_key_opens(tree, settings):
    from cryptography.fernet import Fernet

    from yunhe.platform.events.models import WebhookEndpoint

    WebhookEndpoint.objects.create(node=tree["HQ"], url="https://a.example", secret="whsec_x")
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    done = CliRunner().invoke(main, ["check", "--json"])
    assert [row["code"] for row in json.loads(done.stdout) if not row["ok"]] == ["keys"]
    assert done.exit_code == 1


@pytest.mark.django_db
def test_a_worker_refuses_a_database_that_is_not_migrated():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'jobs'")
        missing = cursor.rowcount
    assert missing
    with pytest.raises(NotMigrated, match=str(missing)):
        serving.require_migrated()


def test_a_taken_port_is_refused():
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            serving.check_port("127.0.0.1", port)
    serving.check_port("127.0.0.1", port)


@pytest.mark.django_db(transaction=True)
def test_who_comes_second_waits():
    import threading

    said: list[str] = []
    order: list[str] = []
    second_waits = threading.Event()

    def note(text: str) -> None:
        said.append(text)
        second_waits.set()

    def second() -> None:
        with serving.alone("test", note):
            order.append("second")
        connection.close()

    with serving.alone("test", said.append):
        other = threading.Thread(target=second)
        other.start()
        assert second_waits.wait(10)
        order.append("first")
    other.join(10)
    assert order == ["first", "second"]
    assert said == ["另一个进程正在处理（test），等待中……"]
