"""People of two partners' committees and of the sponsor, on a small store: who may do what is set by real grants."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING
from kpi.ledger.access import grant_access
from kpi.ledger.store import Store
from tests.support import submit_rows

ROOT = Path(__file__).resolve().parents[2]
MINE, OTHER = ("P1", "Zephyrmark Biologics AG"), ("P2", "Quillmark Sterile Ltd")
MONTH = date(2025, 3, 1)
PEOPLE = {  # name → (role, side, partners)
    "ada": ("administrator", "sponsor", None),
    "sally": ("viewer", "sponsor", None),
    "max": ("committee_member", "sponsor", None),
    "quinn": ("quality_lead", "sponsor", ["P1"]),
    "alma": ("alliance_manager", "sponsor", None),
    "pat": ("viewer", "partner", ["P1"]),
    "petra": ("committee_member", "partner", ["P1"]),
    "paul": ("quality_lead", "partner", ["P1"]),
    "pia": ("alliance_manager", "partner", ["P1"]),
}


def two_partners(store: Store) -> Store:
    """A register, and two months of deliveries in one file each; half of each partner's deliveries are late."""
    register = [
        {"partner_id": partner, "partner_name": name, "site_id": f"S-{partner}", "site_name": f"{name} plant"}
        for partner, name in (MINE, OTHER)
    ]
    submit_rows(store, "partners", register, MONTH)
    for partner, _name in (MINE, OTHER):
        rows = [
            {
                "delivery_id": f"D-{partner}-{month}-{day}",
                "partner_id": partner,
                "site_id": f"S-{partner}",
                "promised_date": date(2025, month, day),
                "delivered_date": date(2025, month, day + (day % 2) * 9),
                "product": "Examplumab",
                "ordered_quantity": 100,
                "delivered_quantity": 100,
            }
            for month in (2, 3)
            for day in range(2, 14)
        ]
        submit_rows(store, "deliveries", rows, date(2025, 2, 1), MONTH)
    return store


def granted(store: Store, holder: str, role: str, side: str, partners: list[str] | None, **changes: Any) -> int:
    """One grant by ada; its version."""
    facts: dict[str, Any] = {"reason": "test", "actor": "ada", "now": datetime(2026, 2, 6), "scope": EVERYTHING}
    made = grant_access(store, holder=holder, role=role, side=side, partners=partners, **(facts | changes))
    return made.version


def everybody(store: Store) -> Store:
    for name, (role, side, partners) in PEOPLE.items():
        granted(store, name, role, side, partners)
    return store


def opened(page: str = "", **query: str) -> AppTest:
    """The dashboard as its reader (KPI_ACTOR) sees it who follows a link to ``page``."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    if page:
        app.switch_page(page)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
    assert not app.exception, app.exception
    return app


def texts(app: AppTest) -> str:
    """What the screen says, save for what boards and tables hold."""
    kinds = (app.title, app.subheader, app.header, app.markdown, app.caption, app.info, app.warning, app.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def offers(app: AppTest) -> set[str]:
    """Every button, download and field that a person could press or fill in, by its label."""
    kinds = (
        "button",
        "download_button",
        "text_area",
        "text_input",
        "selectbox",
        "multiselect",
        "expander",
        "page_link",
    )
    return {getattr(element, "label", "") or str(element.value) for kind in kinds for element in app.get(kind)}
