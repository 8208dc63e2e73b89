"""How much memory this process has had at most; for tests that measure in a process of their own."""

from __future__ import annotations

from pathlib import Path


def peak() -> int:
    """Bytes, on Linux. Not ``ru_maxrss``: a new process inherits that of the one that started it."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
    return int(fields["VmHWM"].split()[0]) * 1024
