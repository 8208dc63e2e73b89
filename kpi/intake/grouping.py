"""Many findings of one kind as one line: what their sentences have in common."""

from __future__ import annotations

import polars as pl

LEAST_IN_COMMON = 12  # characters; less says nothing, and an example says more
GAP = "…"
BREAKS = " ("  # a sentence is cut only behind one of these, before the gap …
BREAKS_AFTER = " ),;:."  # … and only before one of these after it


def said_of_all(frame: pl.DataFrame, by: list[str], name: str) -> pl.Series:
    """One text per group, in the order in which groups appear: the text of all, what they share, or an example."""
    text = pl.col(name)
    outer = frame.group_by(by, maintain_order=True).agg(
        text.first().alias("first"), text.min().alias("low"), text.max().alias("high")
    )
    several = outer["low"].ne_missing(outer["high"])
    words = outer["first"].to_list()
    if several.any():
        # Reading a million texts backwards takes a while, so only those of groups that need it.
        ends = (
            frame.join(outer.filter(several), on=by, how="semi", nulls_equal=True, maintain_order="left")
            .group_by(by, maintain_order=True)
            .agg(
                text.str.reverse().min().alias("rlow"),
                text.str.reverse().max().alias("rhigh"),
                text.str.len_chars().min().alias("shortest"),
            )
        )
        ranges = outer.filter(several).select("low", "high").iter_rows()
        tails = ends.select("rlow", "rhigh", "shortest").iter_rows()
        for place, (low, high), (rlow, rhigh, shortest) in zip(several.arg_true(), ranges, tails, strict=True):
            words[place] = in_common(low, high, rlow, rhigh, shortest) or f"for example: {words[place]}"
    return pl.Series(name, words, dtype=pl.String)


def in_common(low: str, high: str, rlow: str, rhigh: str, shortest: int) -> str:
    """The common beginning and end of a set of texts, the gap marked; "" where they have too little in common.

    ``low`` and ``high`` are the first and last text in order, ``rlow`` and ``rhigh`` of the texts read backwards: what
    those two share, all share. "is before the start (2026-01-02)" and "… (2026-03-04)" are "is before the start".
    """
    begin = _same_start(low, high)
    begin = begin[: max(begin.rfind(mark) for mark in BREAKS) + 1]
    end = _same_start(rlow, rhigh)[::-1]
    end = end[max(len(end) - (shortest - len(begin)), 0) :]  # beginning and end may not overlap in the shortest
    starts = [place for mark in BREAKS_AFTER if (place := end.find(mark)) >= 0]
    end = end[min(starts) :] if starts else ""
    if begin.endswith(" (") and end.startswith(")"):
        begin, end, gap = begin[:-2], end[1:], ""
    else:
        gap = GAP
    return f"{begin}{gap}{end}" if len(begin.strip()) + len(end.strip()) >= LEAST_IN_COMMON else ""


def _same_start(one: str, other: str) -> str:
    length = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    return one[: min(len(one), len(other)) if length is None else length]
