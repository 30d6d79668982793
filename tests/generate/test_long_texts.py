"""A long text is printed whole: in its cell, in the rows of the table, or on the sheet 附页. Rendered to PDF."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests import kit, pictures
from tests.office import convert
from tests.pictures import needs_pictures
from xltool.form import Form, Issue, Key, form_by_id, form_ids
from xltool.form.definition.model import FieldType
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.workbook_layout import ATTACHED
from xltool.generate.sheets.attached import SHARE

LONG = 1500


def text(name: str, size: int = LONG) -> str:
    """No two stretches of it are alike, so that nothing can be found that was not printed."""
    words, number = f"{name}：", 0
    while len(words) < size:
        number += 1
        words += f"第{number}项受强降雨影响推迟到四季度，" if number % 3 else f"已约定{number}月{number}日前完工；\n"
    return words[:size]


def printed_keys(form: Form, made: Issue) -> list[Key]:
    """The fields of long texts that the official forms show; of a table, those of its first row."""
    layout = layouts.build(form, made)
    names = set()
    for sheet in layout.prints:
        boxes = [*sheet.boxes, *(sheet.flow.items[0] if sheet.flow else ())]
        names |= {found for box in boxes for found in re.findall(r"T\((\w+)\)", box.cell.value)}
    keys: dict[str, Key] = {}
    for key in sorted(layout.cells):
        item = form.fields[key.id].field
        if item.name in names and item.type is FieldType.LONG and item.is_input and key not in made.locked:
            keys.setdefault(key.id, key)
    return list(keys.values())


def plain(words: str) -> str:
    return re.sub(r"\s+", "", words)


def pages(pdf: Path) -> Iterator[str]:
    """The texts of all pages as they were painted, cell by cell, without what the pages repeat."""
    done = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], check=True, capture_output=True)
    for page in done.stdout.decode("utf-8").split("\f"):
        yield plain(re.sub(r"第 \d+ 页，共 \d+ 页|^附页$|整体自评表|基础数据表|自评表1", "", page, flags=re.MULTILINE))


def beyond_margins(pdf: Path) -> list[str]:
    """What is painted nearer to the left edge of the paper than a quarter inch, where printers cut it off.

    A page that is too wide is centred, so it loses as much on the right; there pdftotext joins blanks that hang over
    the end of a line with the word below.
    """
    done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True)
    words = re.findall(r'xMin="(-?[\d.]+)"[^>]*>([^<]*)<', done.stdout.decode("utf-8"))
    return [word for left, word in words if float(left) < 18]


@needs_pictures
@pytest.mark.office
def test_every_character_of_every_long_text_is_printed(tmp_path: Path) -> None:
    """1,500 characters in every field, five fields at a time, for every form: far more than the form has room for."""
    sources, wanted = [], {}
    for ident in form_ids():
        form = form_by_id(ident)
        made = kit.issue(form)
        keys = printed_keys(form, made)
        assert len(keys) >= 4, ident
        for start in range(0, len(keys), 5):
            values = {key: text(form.fields[key.id].field.name) for key in keys[start : start + 5]}
            source = tmp_path / f"{ident}-{start}.xlsx"
            source.write_bytes(pictures.as_excel_prints(kit.workbook(form, made, dict(values))))
            sources.append(source)
            wanted[source.stem] = values
    for pdf in convert(sources, tmp_path / "pdf", "pdf", environment={"FONTCONFIG_FILE": str(pictures.FONTS)}):
        found = "".join(pages(pdf))
        attached = found[found.index("正式表里印不下的文字") :]
        missing = [key for key, words in wanted[pdf.stem].items() if plain(words) not in attached]
        assert missing == [], pdf.stem
        assert beyond_margins(pdf) == [], pdf.stem


@needs_pictures
@pytest.mark.office
def test_what_the_form_prints_itself_is_not_cut_off(tmp_path: Path) -> None:
    """The longest texts the two goal cells take without 附页 end above the next row of the form."""
    sources = []
    for ident in form_ids():
        form = form_by_id(ident)
        made = kit.issue(form)
        limit = int(next(item.value for item in form.spec.parameters if item.id == "goal_texts"))
        values = kit.keyed(form, {"预期目标": text("甲", limit).replace("\n", ""), "目标完成情况": "汉" * limit})
        source = tmp_path / f"{ident}.xlsx"
        source.write_bytes(pictures.as_excel_prints(kit.workbook(form, made, dict(values))))
        sources.append(source)
    for pdf in convert(sources, tmp_path / "pdf", "pdf", environment={"FONTCONFIG_FILE": str(pictures.FONTS)}):
        done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True)
        page = next(
            page for page in done.stdout.decode("utf-8").split("<page")[1:] if "数量指标" in page and "汉汉汉" in page
        )
        words = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">([^<]*)<', page)
        last = max(float(bottom) for _, bottom, word in words if "汉汉" in word or "强降雨" in word)
        heads = min(float(top) for top, _, word in words if word in ("一级指标", "二级指标"))
        assert last < heads, pdf.stem
        assert "见附页" not in page


def test_the_sheet_says_whether_it_must_be_printed() -> None:
    """Nothing left over: one row that says so. A text of 1,500 characters takes as many rows as it needs."""
    form = form_by_id(kit.FORM_ID)
    made = kit.issue(form)
    for values, rows, begins in (
        ({}, 0, "各张正式表的文字都印全了"),
        ({"预期目标": text("预期目标")}, -(-(LONG + len("自评表1【预期目标】　　")) // SHARE), "正式表里印不下的文字"),
    ):
        sheet = openpyxl.load_workbook(
            BytesIO(kit.workbook(form, made, dict(kit.keyed(form, values)))), data_only=True
        )[ATTACHED]
        assert str(sheet["A2"].value).startswith(begins)
        shown = [str(line[0].value) for line in sheet["A3:A22"] if line[0].value]
        assert len(shown) == rows
        if values:
            assert "".join(shown) == "自评表1【预期目标】" + values["预期目标"].replace("\n", " ") + "　　"


@needs_pictures
@pytest.mark.office
def test_how_many_pages_libreoffice_prints(tmp_path: Path) -> None:
    """One page each, none with its title alone; what the form has no room for is on 附页."""
    sources = []
    for item in pictures.lengths():
        sources += [tmp_path / f"{item.name}.xlsx", tmp_path / f"{item.name}-excel.xlsx"]
        sources[-2].write_bytes(item.data)
        sources[-1].write_bytes(pictures.as_excel_prints(item.data))
    counts: dict[str, tuple[int, int]] = {}  # pages with something, pages with the title alone
    for pdf in convert(sources, tmp_path / "pdf", "pdf", environment={"FONTCONFIG_FILE": str(pictures.FONTS)}):
        title = "2022年度预算支出绩效自评表"
        found = [page for page in pages(pdf) if title in page and f"{title}填报说明" not in page]
        counts[pdf.stem] = (len(found) - found.count(title), found.count(title))
    assert counts == dict.fromkeys(counts, (1, 0))
    assert len(counts) == 6
