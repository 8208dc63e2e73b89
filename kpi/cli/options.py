"""What several commands take: the store, who acts, months, a format. Heavy imports wait until a command runs."""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpi.access import EVERYBODY_HERE, Person, Right, Scope
from kpi.errors import InputRefused, UsageError
from kpi.intake.contracts import DATASET_NAMES

if TYPE_CHECKING:
    from kpi.ledger.store import Store

DATASET_EPILOG = f"DATASET is one of {', '.join(DATASET_NAMES)}."
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass
class Settings:
    """What ``--store`` and ``--as`` said, before or after the command's name; the later one wins."""

    store_url: str | None = None
    named_actor: str | None = None

    def open_store(self) -> Store:
        """The store named, else ``KPI_STORE``, else the local default; created where it does not exist."""
        from kpi.ledger.store import open_store

        return open_store(self.store_url)

    def store_exists(self) -> bool:
        """Whether there is a store to open. Raises UsageError for an address that makes no sense."""
        from kpi.ledger.store import parse_url

        return parse_url(self.store_url or os.environ.get("KPI_STORE") or "").exists()

    @property
    def actor(self) -> str:
        """Who acts, as it lands in the audit trail."""
        if self.named_actor is not None:
            return self.named_actor
        try:
            return getpass.getuser()
        except (KeyError, OSError, ImportError) as error:
            raise UsageError("The operating system does not say who you are. Name yourself: --as USER.") from error

    @property
    def person(self) -> Person:
        """Who acts, with what the store's policy lets them do; somebody who may do all until it has one.

        Raises as ``open_store``, and UsageError where a policy binds and nobody says who acts.
        """
        if not self.store_exists():
            return EVERYBODY_HERE("")
        from kpi.ledger.access import policy_at

        policy = policy_at(self.open_store())
        return policy.person_here(self.actor if policy.begun else "")

    def scope_for(self, right: Right, side: str | None = None) -> Scope:
        """The partners for whom the actor may do this; ``side`` where it is one side's act: for whom it is done.

        Raises InputRefused for somebody who may not do it for any partner, else as ``person``.
        """
        person = self.person
        scope = person.scope(right, side)
        if scope.is_empty:
            whose = f" for the {side}" if side is not None and person.may(right) else ""
            raise InputRefused(
                f"{person.identity} may not do this{whose}: it needs the right to {right}. Ask an administrator for "
                f"a role that has it (python -m kpi roles), or say who you are: --as USER. Nothing was written."
            )
        return scope


def settings_of(context: click.Context) -> Settings:
    settings: Settings = context.ensure_object(Settings)
    return settings


def _keep_store(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        settings_of(context).store_url = value


def _keep_actor(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is None:
        return
    if not value.strip() or not value.isprintable():
        raise click.BadParameter("a name is needed, on one line.", context, parameter)
    settings_of(context).named_actor = value.strip()


def store_and_actor(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--store`` and ``--as``. They are kept in ``Settings`` and never passed as arguments."""
    command = click.option(
        "--as",
        metavar="USER",
        expose_value=False,
        callback=_keep_actor,
        help="Who acts, for the audit trail and the access policy. Default: the operating-system user.",
    )(command)
    return click.option(
        "--store",
        metavar="URL",
        expose_value=False,
        callback=_keep_store,
        help="The store, duckdb:///relative.duckdb or duckdb:////absolute.duckdb. "
        "Default: KPI_STORE, else the local store.",
    )(command)


def format_option(
    *formats: str, about: str = "How the result is written."
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``--format``, passed as ``layout``; None where the person did not say, the first format is the default."""
    return click.option(
        "--format", "layout", type=click.Choice(formats), default=None, help=f"{about} Default: {formats[0]}."
    )


def parse_month(text: str) -> date:
    """``"2024-03"`` is 2024-03-01. Raises ValueError with a sentence for people."""
    match = MONTH.fullmatch(text.strip())
    if match is None or match[1] == "0000":
        raise ValueError(f"{text!r} is not a month. Write it as YYYY-MM, for example 2024-03.")
    return date(int(match[1]), int(match[2]), 1)


class Month(click.ParamType):
    """A month, ``YYYY-MM``, as the date of its first day."""

    name = "month"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "YYYY-MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return parse_month(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class MonthRange(click.ParamType):
    """``YYYY-MM`` or ``YYYY-MM..YYYY-MM``, both inclusive, as two first days of months."""

    name = "months"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "YYYY-MM[..YYYY-MM]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[date, date]:
        first, _, last = str(value).partition("..")
        try:
            months = parse_month(first), parse_month(last if ".." in str(value) else first)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if months[0] > months[1]:
            self.fail(f"{value!r} ends before it begins. Write the earlier month first.", param, ctx)
        return months


class ExistingFile(click.Path):
    """A file that can be read. Not a pipe or a device: reading one may never end."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not path.is_file():
            self.fail(f"{str(path)!r} is a pipe or a device. Save its content as a file and name that.", param, ctx)
        return path


def existing_file() -> ExistingFile:
    return ExistingFile(exists=True, dir_okay=False, readable=True, path_type=Path)


def new_file() -> click.Path:
    return click.Path(dir_okay=False, path_type=Path)
