from __future__ import annotations

from yunhe.config.cli import main

if __name__ == "__main__":
    main()
