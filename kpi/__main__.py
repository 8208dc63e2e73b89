"""``python -m kpi``: see ``python -m kpi --help`` or docs/command-line.md."""

from __future__ import annotations

import sys

from kpi.cli.run import main

if __name__ == "__main__":
    sys.exit(main())
