"""Opened on another tab than the cover, as a program may have left it: what is typed there arrives everywhere.

LibreOffice takes a formula's empty text for a missing result and passes no change through such a cell until it is
calculated. ``checks._waker`` on the cover wakes them all, also when the cover is never looked at.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests import kit, told
from tests.desktop import Desktop, needs_desktop
from xltool.form import form_by_id
from xltool.generate import generate


def left_on(data: bytes, tab: int) -> bytes:
    """A workbook last looked at on a tab (counted from 0), with the row heights Excel adds to every row."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        for name in source.namelist():
            text = source.read(name)
            sheet = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
            if name == "xl/workbook.xml":
                text = re.sub(
                    rb'<workbookView ([^>]*?)( activeTab="\d+")?/>', rb'<workbookView \1 activeTab="%d"/>' % tab, text
                )
            elif sheet:
                text = text.replace(b' tabSelected="1"', b"")
                if int(sheet[1]) == tab + 1:
                    text = text.replace(b"<sheetView ", b'<sheetView tabSelected="1" ', 1)
                text = re.sub(rb"<row (?![^>]* ht=)([^>]*?)(/?>)", rb'<row \1 ht="15"\2', text)
            written.writestr(name, text)
    return target.getvalue()


@needs_desktop
@pytest.mark.office
def test_the_cover_is_never_looked_at(tmp_path: Path) -> None:
    form, path = form_by_id(kit.FORM_ID), tmp_path / "tabs.xlsx"
    empty = generate(form, kit.issue(form))
    path.write_bytes(left_on(empty, 5))
    last = len(told.checked(empty)) + 3
    with Desktop(path) as desk:
        assert desk.place()[0] == "xltool:procurement:0"
        for cell, text in {"C4": "3", "C5": "2", "C6": "1", "C7": "10"}.items():
            assert desk.enter(cell, text)
        desk.sheet(3)  # 项目1
        for cell, text in {"D9": "20", "E9": "20", "G9": "30", "D38": "群众满意", "H39": "3"}.items():
            assert desk.enter(cell, text)
        desk.sheet(3)  # 校验
        shown = [tuple(line.split("\t")[:6]) for line in desk.shows(f"A4:F{last}").split("\n")]
        desk.save()

    data = path.read_bytes()
    bureau = told.checked(told.as_bureau_sees(data))
    assert shown == [(*line[:5], line[5] or "0") for line in bureau]
    assert told.agrees(data)
    assert {line[0] for line in shown if line[4] == "✘"} > {"CG01"}
    assert "BT01" in {line[0] for line in shown if line[4] == "待填"}
