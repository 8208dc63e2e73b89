"""Commands about access: grant and withdraw it, list who has it, print what each role may do."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from kpi.access import PARTNER_SIDE, SIDES, SPONSOR_SIDE, Right
from kpi.access.policy import GROUP, IDENTITY
from kpi.cli.messages import say
from kpi.cli.options import format_option, settings_of, store_and_actor
from kpi.cli.tables import CSV, JSON, TABLE, write_frame
from kpi.errors import UsageError

GRANT_COLUMNS = ("version", "holder", "kind", "role", "side", "partners", "reason", "actor", "at")
ALL = "all"


@click.command()
@click.argument("holder", metavar="WHO")
@click.argument("role", metavar="ROLE")
@click.option("--partner", "partners", metavar="ID", multiple=True, help="For this partner; may be said again.")
@click.option("--all", "everybody", is_flag=True, help="For all partners, those that come later too.")
@click.option("--side", type=click.Choice(SIDES), default=SPONSOR_SIDE, show_default=True, help="Whose side WHO is on.")
@click.option("--group", "is_group", is_flag=True, help="WHO is a group of the identity provider.")
@click.option("--reason", required=True, help="Why; it is kept for good.")
@store_and_actor
@click.pass_context
def grant(
    context: click.Context,
    holder: str,
    role: str,
    partners: tuple[str, ...],
    everybody: bool,
    side: str,
    is_group: bool,
    reason: str,
) -> None:
    """Give somebody a role.

    WHO is an identity: what the identity provider says of a person (their address of mail, as a rule), or the name that
    acts on the command line. ROLE is one that `python -m kpi roles` lists. The first grant makes an administrator, and
    from then on everybody needs one.
    """
    from kpi.ledger.access import grant_access
    from kpi.ledger.reads import version_now

    settings = settings_of(context)
    scope = settings.scope_for(Right.ADMINISTER)
    if everybody == bool(partners):
        both = " Leave out one of them." if everybody else ""
        raise UsageError(f"Say for whom: --all, or --partner ID.{both} Nothing was written.")
    store = settings.open_store()
    before = version_now(store)
    granted = grant_access(
        store,
        holder=holder,
        holder_kind=GROUP if is_group else IDENTITY,
        role=role,
        side=side,
        partners=None if everybody else partners,
        reason=reason,
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=scope,
    )
    if granted.version <= before:
        say(f"{granted.holder} has this already, by version {granted.version}. Nothing was written.")
        return
    say(
        f"{granted.holder} is {role} on the {side}'s side, for {_listed(granted.partners)}. The ledger is at version "
        f"{granted.version}; to withdraw it: python -m kpi revoke {granted.version} --reason TEXT."
    )


@click.command()
@click.argument("version", type=click.IntRange(min=1))
@click.option("--reason", required=True, help="Why; it is kept for good.")
@store_and_actor
@click.pass_context
def revoke(context: click.Context, version: int, reason: str) -> None:
    """Withdraw a grant, by the ledger VERSION it was recorded as.

    The last administrator stays. Earlier ledger versions still show the grant.
    """
    from kpi.ledger.access import withdraw_access

    settings = settings_of(context)
    newest = withdraw_access(
        settings.open_store(),
        version,
        reason=reason,
        scope=settings.scope_for(Right.ADMINISTER),
        actor=settings.actor,
        now=datetime.now(UTC),
    )
    say(f"The grant of version {version} is withdrawn. The ledger is at version {newest}.")


@click.command()
@click.option(
    "--as-of", metavar="VERSION|DATE", help="As they stood at a ledger version, or at the end of a day (UTC)."
)
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def access(context: click.Context, as_of: str | None, layout: str | None) -> None:
    """List who has access to what, in the order in which it was granted."""
    import pandas as pd

    from kpi.ledger.access import standing_grants

    settings = settings_of(context)
    found = standing_grants(settings.open_store(), scope=settings.scope_for(Right.ADMINISTER), as_of=as_of)
    rows = [
        (
            one.version,
            one.holder,
            one.holder_kind,
            one.role,
            one.side,
            ALL if one.partners is None else " ".join(one.partners),
            one.reason,
            one.actor,
            one.at,
        )
        for one in found
    ]
    write_frame(pd.DataFrame(rows, columns=list(GRANT_COLUMNS)), layout)
    if not found:
        say("No access was granted yet, so everybody who can open the store may do everything.")


@click.command()
@format_option(TABLE, CSV, JSON)
def roles(layout: str | None) -> None:
    """Print what each role may do, on the sponsor's side and on the partner's."""
    import pandas as pd

    from kpi.access import load_roles

    rows = [
        (role.id, side, *("yes" if right in role.rights(side) else "" for right in Right))
        for role in load_roles().values()
        for side in (SPONSOR_SIDE, PARTNER_SIDE)
        if role.rights(side)
    ]
    write_frame(pd.DataFrame(rows, columns=["role", "side", *(str(right) for right in Right)]), layout)


def _listed(partners: tuple[str, ...] | None) -> str:
    return "all partners" if partners is None else ", ".join(partners)
