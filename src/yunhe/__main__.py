"""`yunhe` and `python -m yunhe`: the terminal's language first, then the command."""

from __future__ import annotations

from yunhe.config.terminal import speak


def main() -> None:
    """Run the command line."""
    speak()
    # after the language is known: click translates some words while commands are declared
    from yunhe.config.cli import main as command

    command(prog_name="yunhe")


if __name__ == "__main__":
    main()
