"""Reading one piece ahead changes neither what comes nor what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kpi.intake.ahead import one_ahead


def test_the_items_come_in_order_and_no_more_than_one_waits() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(20):
            made.append(number)
            yield number

    seen = []
    for number in one_ahead(items()):
        assert max(made) <= number + 2
        seen.append(number)
    assert seen == list(range(20))


def test_a_failure_comes_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("the third")

    ahead = one_ahead(items())
    assert (next(ahead), next(ahead)) == (1, 2)
    with pytest.raises(ValueError, match="the third"):
        next(ahead)


def test_nothing_is_read_on_once_nobody_asks_any_more() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    for number in one_ahead(items()):
        if number == 3:
            break
    assert len(made) <= 6
