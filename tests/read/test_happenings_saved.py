"""Every happening once more, after another program has saved the file: the same findings at the same cells.

What a program loses or a format cannot tell is written down here, nothing else may differ.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl

from tests import kit
from tests.clients import node_script
from tests.read.test_clients import issued
from tests.read.test_happenings import CASES, clean
from xltool.examine import examine
from xltool.form import form_by_id

_NODE = """
const [,, program, folder, into, kind, ...names] = process.argv, L = require(program);
(async () => { for (const name of names) {
  const source = `${folder}/${name}.xlsx`, target = `${into}/${name}.${kind}`;
  try {
    if (program === "xlsx") L.writeFile(L.readFile(source, {cellNF: true}), target);
    else { const b = new L.Workbook(); await b.xlsx.readFile(source); await b.xlsx.writeFile(target); }
  } catch (error) { console.error(name, error.message); }
} })();
"""
# .xls tells neither protection nor validations nor formulas.
_XLS = ("GF02", "GF03", "GF09", "GF13", "GF14", "GF17", "GF24")

_SELF = "GF26 项目1!D15+K22+K24+K26+K28+K32+K36+K38"

# SheetJS writes every cell up to the farthest one: it never comes to an end with one at XFD1048576.
_SAVED = [case for case in CASES if case[0] != "远处有内容"]

# package and kind: codes it cannot tell, codes it adds to every file, and cases that come out otherwise.
CLIENTS: dict[str, tuple[tuple[str, ...], list[str], dict[str, list[str]]]] = {
    "exceljs xlsx": (
        (),
        [],
        # openpyxl leaves merged areas behind when it inserts rows; exceljs empties the cells they cover now.
        {
            "上面插入两行": ["BT01 部门预决算!B10+B19", "GF06 部门预决算!", "GF14 !", "GF26 部门预决算!B19"],
            "有批注": ["打不开"],  # comments of openpyxl have no drawing exceljs understands
        },
    ),
    # SheetJS keeps neither hidden rows nor comments in .xls, nor our formulas, whose results openpyxl had lost before; a
    # figure typed over a formula shows as one that differs.
    "xlsx xls": (
        (*_XLS, "GF26"),
        [_SELF],
        {
            "填报行被隐藏": [_SELF],
            "有批注": [_SELF],
            "计算格被改写": ["GF10 项目1!J26", _SELF],
            # the rows that changed places are listed in the order of the form
            "指标表排过序": ["GF12 项目1!", "GF26 项目1!D15+K24+K22+K26+K28+K32+K36+K38"],
        },
    ),
}


def examined(path: Path) -> list[str]:
    """Codes and cells; a program that cannot open the file at all saves none."""
    form = form_by_id(kit.FORM_ID)
    if not path.exists():
        return ["打不开"]
    return sorted(kit.codes(examine("a", path.read_bytes(), lambda _: form, issued())))


def test_same_findings_after_a_save(tmp_path: Path) -> None:
    """LibreOffice does the same in test_office.py, by hand as it were."""
    for number, (_, change, _) in enumerate(_SAVED):
        book = openpyxl.load_workbook(BytesIO(clean()))
        change(book)
        book.save(tmp_path / f"{number}.xlsx")
    before = {name: examined(tmp_path / f"{number}.xlsx") for number, (name, _, _) in enumerate(_SAVED)}
    for client, (blind, added, otherwise) in CLIENTS.items():
        package, kind = client.split()
        folder = tmp_path / client
        folder.mkdir()
        node_script(package, _NODE, tmp_path, package, str(tmp_path), str(folder), kind, *map(str, range(len(_SAVED))))
        seen = {name: examined(folder / f"{number}.{kind}") for number, (name, _, _) in enumerate(_SAVED)}
        wanted = {
            name: sorted(otherwise.get(name, [code for code in codes if not code.startswith(blind)] + added))
            for name, codes in before.items()
        }
        assert seen == wanted, client
