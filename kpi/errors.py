"""Every error that a person may see, and nothing else.

A message names the file, row, column and value where there is one, what is allowed, and what to do next. Anything that
is not a ``KpiError`` is a defect of the product: the edges log it under an incident id and show only that id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpi.intake.findings import Findings


class KpiError(Exception):
    """Something a person can act on. ``exit_code`` is what the command line ends with."""

    exit_code = 1


class InputRefused(KpiError):
    """An uploaded file, or a change asked for, was refused; nothing was written.

    ``findings`` holds every problem found in one pass; None where the refusal is a single sentence.
    """

    def __init__(self, message: str, findings: Findings | None = None) -> None:
        super().__init__(message)
        self.findings = findings


class UsageError(KpiError):
    """The request itself makes no sense: an unknown dataset, month, version or option."""

    exit_code = 2


class ImageUnavailable(KpiError):
    """A chart cannot be drawn as a picture on this machine; the figures themselves are there."""

    exit_code = 2


class TemplateRefused(KpiError):
    """A company's presentation template cannot be used; the message says why and what is needed."""


class DefinitionsInvalid(KpiError):
    """One or more definition files are wrong. ``mistakes`` has one line per mistake, all of them at once."""

    exit_code = 2

    def __init__(self, mistakes: list[str]) -> None:
        self.mistakes = tuple(mistakes)
        noun = "mistake" if len(mistakes) == 1 else "mistakes"
        super().__init__(f"{len(mistakes)} {noun} in the definitions:\n" + "\n".join(f"  {line}" for line in mistakes))


class StoreUnavailable(KpiError):
    """The store could not be opened in time, or its address makes no sense."""

    exit_code = 3


class StoreDamaged(KpiError):
    """The store opened but is not ours, or no longer says what was written to it."""

    exit_code = 3


class SignInUnusable(KpiError):
    """Sign-in is configured, but not so that it could be relied on; nobody is let in."""

    exit_code = 2


class NotSignedIn(KpiError):
    """Nobody is signed in, or no longer. The message says why where there is a reason; else it is empty."""
