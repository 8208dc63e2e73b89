"""Files as a German contract manufacturer sends them: own headers, semicolons, cp1252, dd.mm.yyyy, decimal comma."""

from __future__ import annotations

import csv
import io

HEADERS = (
    "Werk",
    "Charge",
    "Produkt",
    "Stufe",
    "Geplanter Beginn",
    "Ende Herstellung",
    "Verwendungsentscheid",
    "Entscheid am",
    "Ausbeute Ist",
    "Ausbeute Soll",
)


def german_lots(month: int, *, year: int = 2025, lots: int = 12, headers: tuple[str, ...] = HEADERS) -> bytes:
    """``lots`` lots of one month, the third of them blocked, the others released."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headers)
    for number in range(lots):
        writer.writerow(
            [
                "01",
                f"{year % 100}{month:02d}{number:03d}",
                "Präparat A",
                "Arzneimittel",
                f"{1 + number:02d}.{month:02d}.{year}",
                f"{8 + number:02d}.{month:02d}.{year}",
                "Gesperrt" if number == 2 else "Freigegeben",
                f"{14 + number:02d}.{month:02d}.{year}",
                f"9{number % 10},5",
                "100,0",
            ]
        )
    return text.getvalue().encode("cp1252")
