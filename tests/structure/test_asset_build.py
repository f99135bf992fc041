"""Building scripts and styles leaves the packages of another checkout alone."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script on a front-end folder whose packages are a link to another checkout's."""
    spec = importlib.util.spec_from_file_location(
        "build_assets", ROOT / "scripts" / "build_assets.py"
    )
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    frontend, shared = tmp_path / "frontend", tmp_path / "shared"
    frontend.mkdir()
    shared.mkdir()
    (frontend / "node_modules").symlink_to(shared)
    write(shared / ".package-lock.json", tabler="sha512-a")
    write(frontend / "package-lock.json", tabler="sha512-a")
    monkeypatch.setattr(script, "FRONTEND", frontend)
    monkeypatch.setattr(script, "MODULES", frontend / "node_modules")
    script.commands = []
    monkeypatch.setattr(script, "run", lambda command, _: script.commands.append(command[1]))
    return script


def write(path: Path, **packages: str) -> None:
    found = {f"node_modules/{name}": {"integrity": hash_} for name, hash_ in packages.items()}
    found["node_modules/for-a-mac"] = {"integrity": "sha512-z", "optional": True}  # type: ignore[dict-item]
    path.write_text(json.dumps({"packages": {"": {"name": "yunhe"}, **found}}))


def test_equal_packages_are_built_with_however_old_they_are(build: ModuleType) -> None:
    (build.FRONTEND / "package-lock.json").touch()
    build.install_and_build({})
    assert build.commands == ["run"]


def test_linked_packages_are_never_installed_over(build: ModuleType) -> None:
    write(build.FRONTEND / "package-lock.json", tabler="sha512-b")
    with pytest.raises(SystemExit, match="is a link to"):
        build.install_and_build({})
    assert build.commands == []
    (build.MODULES / ".package-lock.json").unlink()
    with pytest.raises(SystemExit, match="is a link to"):
        build.install_and_build({})
    assert build.commands == []


def test_own_packages_are_installed_when_they_differ(build: ModuleType) -> None:
    build.MODULES.unlink()
    build.install_and_build({})
    assert build.commands == ["ci", "run"]
