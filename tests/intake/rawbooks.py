"""Workbooks that no library would write, put together from their XML: XLSX and ODS."""

from __future__ import annotations

from collections.abc import Mapping

from tests.intake.packed import archive

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"

# Styles by their numbers: 0 plain, 1 a date, 2 a percentage, 3 hours beyond a day, 4 a percentage of its own.
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0%"/></numFmts>'
    '<cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="10"/><xf numFmtId="46"/>'
    '<xf numFmtId="164"/></cellXfs></styleSheet>'
)


def text(place: str, value: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def number(place: str, value: object, style: int = 0) -> str:
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


def row(place: int, *cells: str, attributes: str = "") -> str:
    return f'<row r="{place}"{attributes}>{"".join(cells)}</row>'


HEADER = row(1, text("A1", "id"), text("B1", "amount"))
RECORD = row(2, text("A2", "x"), number("B2", 5))


def xlsx(
    rows: str,
    *,
    before: str = "",
    after: str = "",
    strings: str = "",
    book: str = "",
    more: Mapping[str, bytes] | None = None,
) -> bytes:
    """One sheet "Data"; ``before`` and ``after`` stand around its rows, ``book`` in the workbook."""
    sheet = f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    names = '<sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets>'
    links = "".join(
        f'<Relationship Id="rId{place}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for place, kind, target in (
            (1, "worksheet", "worksheets/sheet1.xml"),
            (2, "styles", "styles.xml"),
            (3, "sharedStrings", "sharedStrings.xml"),
        )
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{book}{names}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>',
        "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
    }
    return archive({name: content.encode() for name, content in parts.items()} | dict(more or {}))


def ods(rows: str, columns: str = "") -> bytes:
    """One sheet "Data" of table:table-row elements."""
    spaces = f'xmlns:office="{OASIS}:office:1.0" xmlns:table="{OASIS}:table:1.0" xmlns:text="{OASIS}:text:1.0"'
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="Data">{columns}{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = f'<manifest:manifest xmlns:manifest="{OASIS}:manifest:1.0"/>'
    return archive(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": manifest.encode(),
            "content.xml": content.encode(),
        }
    )


def ods_cell(value: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{attributes}><text:p>{value}</text:p></table:table-cell>'


def ods_row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row{attributes}>{''.join(cells)}</table:table-row>"
