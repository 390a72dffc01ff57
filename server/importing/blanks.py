"""Cells of a workbook that show something in a spreadsheet and would be read as empty: worth a warning each."""

from __future__ import annotations

import re
import zipfile
from html import unescape

from server.importing.problems import Problems

LONGEST_CELL = 16 * 1024  # bytes of XML: a formula has at most 8,192 characters
MOST_NAMED = 12

_UNCOMPUTED = re.compile(  # a formula, an empty value or none, the end of the cell; with or without a prefix
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^<>]*/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR = re.compile(rb"""\bt=["']e["']""")
_ADDRESS = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,7}[0-9]{1,12})["']""")
_TEXT = re.compile(rb"""\bt=["']str["']""")  # a formula whose result is an empty text
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^<>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^<>]*>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*["']([^"']*)["']""")


class Blanks:
    """Addresses of such cells in one sheet, in the order of the sheet; `scan` takes it in overlapping pieces."""

    def __init__(self) -> None:
        self.uncomputed: dict[str, None] = {}
        self.errors: dict[str, None] = {}

    def scan(self, xml: bytes) -> None:
        """Look for plain bytes first: most sheets have neither, and have millions of cells."""
        if any(mark in xml for mark in (b"</f>", b":f>", b"<f ", b":f ")):
            for match in _UNCOMPUTED.finditer(xml):
                _note(xml, match.start(), self.uncomputed)
        if b't="e"' in xml or b"t='e'" in xml:
            for match in _ERROR.finditer(xml):
                _note(xml, match.start(), self.errors)

    def warn(self, problems: Problems) -> None:
        for address in list(self.uncomputed)[:MOST_NAMED]:
            detail = (
                "Its formula has no stored result, so it counts as empty; open the file in a spreadsheet and save it."
            )
            problems.warning(_row(address), None, "formula_without_result", detail, address)
        for address in list(self.errors)[:MOST_NAMED]:
            detail = "It holds an error such as #N/A, so it counts as empty; correct its formula."
            problems.warning(_row(address), None, "error_in_cell", detail, address)
        more = sum(max(0, len(found) - MOST_NAMED) for found in (self.uncomputed, self.errors))
        if more:
            problems.warning(None, None, "more_cells", f"{more:,} more cells count as empty for the same reasons.")


def _note(xml: bytes, at: int, found: dict[str, None]) -> None:
    """Remember the cell that opens before `at`, unless its result is an empty text."""
    start = max(xml.rfind(b"<c ", 0, at), xml.rfind(b":c ", 0, at))
    opening = xml[start : xml.find(b">", start)] if start >= 0 else b""
    address = _ADDRESS.search(opening)
    if address and not _TEXT.search(opening):
        found.setdefault(address[1].decode())


def _row(address: str) -> int:
    return int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def file_of_sheet(archive: zipfile.ZipFile, name: str) -> str | None:
    """The entry of the archive in which a sheet is kept."""
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return None
    targets = {found.get("Id"): found.get("Target", "") for found in map(_attributes, _RELATION.findall(links))}
    for sheet in map(_attributes, _SHEET.findall(book)):
        if unescape(sheet.get("name", "")) == name:
            target = targets.get(next((value for key, value in sheet.items() if key.endswith(":id")), None), "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None


def _attributes(tag: str) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(tag))
