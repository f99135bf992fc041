"""A Spark standalone cluster of one master and one worker on this machine."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

# the same declared test facts and rows as the engine's own tests
from tests.integration.platform.metrics.conftest import declared, mart, trade  # noqa: F401

START_TIMEOUT_S = 90
JAVA_VERSIONS = {8, 11, 17}


@pytest.fixture(scope="session")
def spark_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`spark://…` of a running master that has a worker."""
    pyspark = pytest.importorskip("pyspark", reason="the cluster extra is not installed")
    os.environ["JAVA_HOME"] = str(java_home())
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    folder = tmp_path_factory.mktemp("spark")
    home = Path(pyspark.__file__).parent
    port, page = free_port(), free_port()
    url = f"spark://127.0.0.1:{port}"
    common = ["--host", "127.0.0.1"]
    master = start(
        home, folder, "master.Master", *common, "--port", str(port), "--webui-port", str(page)
    )
    worker = None
    try:
        wait_for(page, r"<li><strong>URL:</strong>|Spark Master", master)
        worker = start(
            home, folder, "worker.Worker", *common, "--cores", "2", "--memory", "1g",
            "--webui-port", str(free_port()), "--work-dir", str(folder), url,
        )  # fmt: skip
        wait_for(page, r"Alive Workers:</strong>\s*1", worker)
        yield url
    finally:
        for process in (worker, master):
            if process:
                process.terminate()
                process.wait(20)


def java_home() -> Path:
    """A Java that this Spark runs on; the tests fail, not skip, without one."""
    found = [Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []
    found += sorted(Path("/usr/lib/jvm").glob("*")) if Path("/usr/lib/jvm").exists() else []
    for home in found:
        if (home / "bin" / "java").exists() and java_version(home) in JAVA_VERSIONS:
            return home
    pytest.fail(f"Spark needs Java {sorted(JAVA_VERSIONS)}; set JAVA_HOME or install one")


def java_version(home: Path) -> int:
    said = subprocess.run(
        [home / "bin" / "java", "-version"], capture_output=True, text=True, check=False
    ).stderr
    number = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(number[1]) if number else 0


def start(home: Path, folder: Path, role: str, *arguments: str) -> subprocess.Popen[bytes]:
    log = (folder / f"{role}.log").open("wb")
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{role}", *arguments]
    return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=folder)


def wait_for(port: int, pattern: str, process: subprocess.Popen[bytes]) -> None:
    """Until the master's page says so."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the Spark process ended with {process.returncode}")
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                if re.search(pattern, answer.read().decode()):
                    return
        except (URLError, OSError):
            pass
        time.sleep(0.5)
    pytest.fail(f"the Spark master did not show {pattern!r}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
