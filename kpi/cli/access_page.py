"""docs/access.md: how access works, with the matrix printed from the roles that are enforced."""

from __future__ import annotations

from collections.abc import Iterator

from kpi.access import SIDES, Right, load_roles
from kpi.present.access_tables import role_marks

INTRODUCTION = """# Who may see and do what

This page is printed from the code that enforces it; `make docs` prints it again.

Until somebody is granted access, whoever runs the dashboard may do everything. The first grant changes that: it makes
an administrator, and from then on nobody may do anything that was not granted to them. Administrators grant, withdraw
and read access on the screen "Access", or on the command line:

```sh
python -m kpi grant ada@example.org administrator --all --reason "System owner"
python -m kpi grant sam@example.org quality_lead --partner HELIX --partner NOVA --reason "QA" --as ada@example.org
python -m kpi grant hel@helix.example viewer --side partner --partner HELIX --reason "QA" --as ada@example.org
python -m kpi access --as ada@example.org
python -m kpi revoke 12 --reason "Left the company" --as ada@example.org
```

- A grant names a person, or with `--group` a group of the identity provider; a role; a side; partners or all; a reason.
- A person may have several grants. They add up, right by right: a viewer of all partners who is quality lead for one
  uploads for that one only.
- Nobody is on both sides. Somebody whom groups put on both has the rights of the partner's side only.
- An administrator is for all partners. The last one cannot be withdrawn. `KPI_ADMINISTRATOR` in the environment names
  one more identity, which needs no grant: the first administrator, and the way back in.
- Rights are those of the newest policy, whatever version of the ledger somebody looks at.
- Grants and withdrawals are in the audit trail, with their reasons. Only administrators see them there.
- Whoever may see only some partners learns nothing of the others, unless `peer_comparison` is granted beside another
  role: then a funnel shows where one stands among at least five others, without names and rounded.
- The names of several partners in one file need the right for each of them. Targets for all partners need it for all.
- Screens offer what their reader may do. A file is made for whoever may take it out at the moment it is asked for, and
  work in the background ends when its owner may not have it any more. What is refused is counted and logged, without
  contents ([operating](operating.md)).

"""

FOUR_EYES = """## Four eyes

```sh
python -m kpi set-four-eyes on --partner HELIX --reason "Quality agreement, 4.2" --as ada@example.org
python -m kpi offers --as sam@example.org
python -m kpi accept 12 --dry-run --as sam@example.org
python -m kpi accept 12 --note "Compared with the batch records" --as sam@example.org
python -m kpi refuse 12 --reason "The wrong month" --as sam@example.org
```

While four eyes are on for a partner, or for all, a file of that partner waits for acceptance, whoever uploads it and
however. The original is kept; no record is added, so no figure, look-ahead or due day knows of it. Somebody on the
sponsor's side with the right to accept submissions, and never whoever offered it, sees what would change and accepts
or refuses it. Accepted, it is checked again beside the ledger as it is then, and submitted. Whoever offered it may take
it back until then. Received is the day on which it was offered: the time that the sponsor took is not the partner's.
Withdrawals, saved mappings and acts on escalations do not wait.

"""

PROTECTION = """## What this protects, and what it does not

The ledger's functions refuse what is outside a scope, so no screen and no command shows or writes more than its
reader or writer may. The command line takes the name of `--as`, or the operating system's, as the identity. It cannot
prove it: whoever can open the store's file can read all of it, under any name or with another program. On the command
line the policy keeps scripts and colleagues to what they are for. What keeps others out is who may log in to the
machine and read the file.

Restoring a backup brings back the policy of that day. A store that is damaged beyond reading binds nobody who
restores one in its place.
"""


def access_page() -> str:
    return "\n".join(
        [INTRODUCTION.rstrip("\n"), "", *_matrix(), "", *_meanings(), "", FOUR_EYES.rstrip("\n"), "", PROTECTION]
    )


def _matrix() -> Iterator[str]:
    yield "## What each role may do"
    for side in SIDES:
        names, rows = role_marks(load_roles().values(), side)
        yield f"\nOn the {side}'s side:\n"
        yield f"| right | {' | '.join(names)} |"
        yield f"|---|{'---|' * len(names)}"
        for right, marks in rows:
            yield f"| {right} | {' | '.join(marks)} |"
    yield "\nWhy each role is there, and who answers for it (`kpi/definitions/roles.toml`):\n"
    for role in load_roles().values():
        yield f"- **{role.name}** (`{role.id}`; {role.owner}): {role.why}"


def _meanings() -> Iterator[str]:
    yield "## What each right allows\n"
    yield "| right | allows to |"
    yield "|---|---|"
    for right in Right:
        yield f"| {right} | {right.meaning} |"
