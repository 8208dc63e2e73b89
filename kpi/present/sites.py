"""What sites are called. A site's id is its partner's own: two partners may both have a site 01."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi.present.wording import is_missing

if TYPE_CHECKING:
    from kpi.marts import Marts

SiteNames = dict[tuple[str, str], str]


def names_of_sites(marts: Marts) -> SiteNames:
    """{(partner id, site id): name} of the sites that the register names."""
    columns = (marts.register[name] for name in ("partner_id", "site_id", "site_name"))
    return {(str(p), str(s)): str(name) for p, s, name in zip(*columns, strict=True) if not is_missing(name)}
