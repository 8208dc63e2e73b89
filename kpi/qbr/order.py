"""Which pages a pack has and in which order."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kpi.errors import UsageError
from kpi.present.wording import joined
from kpi.qbr.pack import INDICATOR, Page


def ordered(pages: Sequence[Page], keys: Sequence[str], kpis: Collection[str]) -> tuple[Page, ...]:
    """``pages`` by ``keys``: each once, "indicator" for all indicators not named one by one; all for no keys.

    ``kpis``: indicators that are defined; one of which this partner has no figure is left out, so that the same choices
    serve several partners. Raises UsageError for a key that names no page, or one named twice.
    """
    if not keys:
        return tuple(pages)
    if twice := sorted({key for key in keys if list(keys).count(key) > 1}):
        raise UsageError(f"A page stands in a pack once. Named twice: {joined(twice, 6)}.")
    by_key = {page.key: page for page in pages}
    absent = {key for key in keys if key not in by_key and _kpi_of(key) in kpis}
    unknown = [key for key in keys if key not in by_key and key not in absent and key != INDICATOR]
    if unknown:
        raise UsageError(
            f"There is no page {joined(unknown, 6)} in this pack. Pages: {', '.join(by_key)}; “{INDICATOR}” stands for "
            "all indicators."
        )
    found: list[Page] = []
    for key in keys:
        rest = [page for page in pages if page.kind == INDICATOR and page.key not in keys]
        found += rest if key == INDICATOR else [by_key[key]] if key in by_key else []
    if not found:
        raise UsageError("A pack needs at least one page, and this partner has none of those chosen.")
    return tuple(found)


def _kpi_of(key: str) -> str:
    kind, _, figure = key.partition(":")
    return figure.partition(":")[0] if kind == INDICATOR else ""
