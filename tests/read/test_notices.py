"""Every notice has a return that gets it and a look-alike that does not; of both the whole outcome is told.

The look-alike is what an accountant or a program does all the time and is right: it must stay clean, or get
only what it is about. Rules of the forms have their pairs in tests/cases.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import pytest
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests import clean as fills
from tests import fillers, kit
from tests.marked import write_marked_copy
from tests.read import issued_pairs as pairs
from tests.read import latest_pairs as latest
from tests.read import test_happenings as done
from tests.read import test_right_values as values
from tests.read.documents import test_document_notices as documents
from tests.read.test_clients import issued
from tests.read.test_happenings import clean, edited, on, put
from tests.robustness import other_files, value_faults, zip_faults
from tests.robustness.book import SHEET, added, cell, changed, zipped
from tests.robustness.stand_ins import misbehave
from tests.robustness.test_workers import FAST
from xltool import check as checks
from xltool import read as reading
from xltool.check import check
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import from_values
from xltool.examine import Job, examine, examine_many, jobs_of
from xltool.form import Key, form_by_id
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.issues import Issues

Outcome = Callable[[], list[str]]
Pair = tuple[Outcome, list[str], Outcome, list[str]]
_PROJECT = "xl/worksheets/sheet9.xml"


def of(data: bytes, name: str = "回收表.xlsx") -> list[str]:
    return kit.codes(kit.examined(data, name))


def edit(change: Callable[[Workbook], None]) -> Outcome:
    return lambda: kit.codes(edited(change))


def fault(source: Callable[[], object], name: str) -> Outcome:
    return lambda: next(of(item.data, item.file) for item in source() if item.name == name)  # type: ignore[attr-defined]


def content(xml: str) -> Outcome:
    """The clean return with another content in 政府采购 C5, which is 0."""
    return lambda: of(changed(SHEET, cell(xml)))


def filled(**changes: str) -> Outcome:
    """The clean fill with some cells changed, written by ourselves."""

    def run() -> list[str]:
        form, made = fillers.issued()
        return of(kit.workbook(form, made, fills.values(form, made, changes)))

    return run


def same_figures(name: str) -> Outcome:
    """An indicator beside 检查问题整改率 with the same target and the same actual."""
    return filled(**{"三级指标/4": name, "性质/4": "≥", "指标值/4": "95", "实际完成值/4": "96.5"})


def on_roster(typed: str) -> Outcome:
    """The project's opening budget stands on the bureau's roster as 60."""

    def run() -> list[str]:
        form, made = fillers.issued()
        key = Key(1, "funds.total.opening")
        made = replace(made, prefill=MappingProxyType({**made.prefill, key: fills.values(form, made)[key]}))
        values = {**fills.values(form, made, {"资金总额年初预算数": typed, "财政拨款年初预算数": typed})}
        findings = check(layouts.build(form, made), Evaluation(form, from_values(form, made, values)))
        return [f"{finding.code} {finding.sheet}!{'+'.join(finding.cells)}" for finding in findings]

    return run


def campaign(known: bool) -> Outcome:
    def run() -> list[str]:
        form, made = fillers.issued()
        data = kit.workbook(form, made, fills.values(form, made))
        return kit.codes(examine("回收表", data, {form.id: form}.get, Issues.of(made) if known else Issues.of()))

    return run


def worked(name: str) -> Outcome:
    """A process that does as the job's name says; see tests/robustness/stand_ins.py."""

    def run() -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            jobs = [Job(name, Path(folder) / name)]
            done = list(examine_many(jobs, [], workers=1, limits=FAST, work=misbehave))
        return [code for _, outcome in done for code in kit.codes(outcome)]

    return run


def protected_with_a_password(book: Workbook) -> None:
    for sheet in book.worksheets:
        sheet.protection.set_password("geheim")


def other_lists(book: Workbook) -> None:
    """Somebody put a list of his own in place of ours."""
    sheet = book["政府采购"]
    sheet.data_validations.dataValidation.clear()
    mine = DataValidation("decimal", operator="greaterThan", formula1="-1")
    mine.add("C4:C7")
    sheet.add_data_validation(mine)


def word_below_a_list(book: Workbook) -> None:
    book["选项"]["A40"] = "备用"


def hidden_without_content(book: Workbook) -> None:
    book["资产管理"].row_dimensions[40].hidden = True
    book.create_sheet("空白").sheet_state = "hidden"


def name_of_excel(book: Workbook) -> None:
    book.defined_names["_xlfn.IFERROR"] = DefinedName("_xlfn.IFERROR", attr_text="#NAME?", hidden=True)


def other_order(book: Workbook) -> None:
    book.move_sheet("资产管理", -3)


def swapped_figures(book: Workbook) -> None:
    """Two figures change places, their labels do not: that is the department's business, here both are right."""
    sheet = book["政府采购"]
    sheet["C4"], sheet["C6"] = sheet["C6"].value, sheet["C4"].value


def bare_protection(book: Workbook) -> None:
    book["自评表1"].protection.sheet = False


def without_our_help(book: Workbook) -> None:
    del book["填报说明"]


def shown(value: str) -> Outcome:
    """What the cached result of 系统测算得分 of the third indicator says."""

    def change(text: str) -> str:
        return re.sub(r'(<c r="J24"[^>]*>(?:<f[^>]*/>|<f[^>]*>.*?</f>)<v>)[^<]*(</v>)', rf"\g<1>{value}\g<2>", text)

    return lambda: of(changed(_PROJECT, change))


def text_beside_the_markers(book: Workbook) -> None:
    book["资产管理"]["A40"] = "备注"


def properties_only() -> list[str]:
    """The hidden sheet is gone, the properties of the file still say whose it is."""

    def change(text: str) -> str:
        return re.sub(r'<sheet name="_xltool"[^>]*/>', "", text)

    form = form_by_id(kit.FORM_ID)
    return kit.codes(examine("回收表", changed("xl/workbook.xml", change), {form.id: form}.get, issued()))


def identity_shown() -> list[str]:
    return of(changed("xl/workbook.xml", lambda text: text.replace(' state="veryHidden"', "")))


def locked(key: str = "geheim") -> list[str]:
    from msoffcrypto.format.ooxml import OOXMLFile

    target = BytesIO()
    OOXMLFile(BytesIO(clean())).encrypt(key, target)
    return of(target.getvalue())


def large_picture() -> list[str]:
    """A photograph of three megabytes beside the figures."""
    import random

    return of(added("xl/media/image99.jpg", random.Random(1).randbytes(3_000_000)))


def at_hand(*, there: bool) -> list[str]:
    """A file that vanished, or is in use, between the look at the folder and the reading."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        if there:
            path.write_bytes(clean())
        results = examine_many([Job("a.xlsx", path)], [kit.FORM_ID], workers=1)
        return [code for _, outcome in results for code in kit.codes(outcome)]


def archive(**members: bytes) -> Outcome:
    """As a zip in 收回: it is unpacked, every file in it examined in a process of its own."""

    def run() -> list[str]:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "包.zip"
            path.write_bytes(zipped({name.replace("__", "."): data for name, data in members.items()}))
            results = examine_many(jobs_of([("包.zip", path)]), [kit.FORM_ID], workers=1)
            return [code for _, outcome in results for code in kit.codes(outcome)]

    return run


def handed_back() -> list[str]:
    """Our own marked copy, sent back as it is: its comments are ours."""
    flawed = changed(SHEET, cell('<c r="C7"><v>9</v></c>', "C7"))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "退回.xlsx"
        write_marked_copy(flawed, kit.examined(flawed), path)
        return of(path.read_bytes())


def as_it_was() -> list[str]:
    return of(clean())


PAIRS: dict[str, Pair] = {
    "BT03": (content('<c r="C5" t="e"><v>#REF!</v></c>'), ["BT03 政府采购!C5"], content('<c r="C5" t="str"><v>—</v></c>'), []),
    "BT04": (filled(自评等次="优秀"), ["BT04 项目1!D42"], filled(自评等次=" 优　"), []),
    "BT06": (filled(离退休人数="-6"), ["BT06 部门基本情况!C14"], filled(年中追加收入="-30.55", 决算总收入="385.85"), ["JS03 部门预决算!C18"]),
    "BT20": (filled(公务接待费预算数="18000", 三公经费预算数="18003.6"), ["BT20 “三公”经费!C8"],
             filled(公务接待费预算数="180", 三公经费预算数="183.6"), []),
    "GF01": (filled(年中追加收入="30.55万元"), ["GF01 部门预决算!C12"], filled(年中追加收入="30.55"), []),
    "GF02": (content('<c r="C5"><f>0*1</f><v>0</v></c>'), ["GF02 政府采购!C5"], content('<c r="C5"><v>0</v></c>'), []),
    "GF03": (content('<c r="C5"><f>0*1</f></c>'), ["BT01 政府采购!C5", "GF03 政府采购!C5"],
             content('<c r="C5"><f>0*1</f><v>0</v></c>'), ["GF02 政府采购!C5"]),
    "GF04": (edit(on("资产管理", "insert_rows", 6)), ["GF04 资产管理!", "GF14 !"], edit(put("资产管理", "B30", "以上为年末数")), []),
    "GF05": (edit(done.rename), ["GF05 资产!"], edit(other_order), []),
    "GF06": (edit(done.no_markers), ["GF06 资产管理!"], edit(text_beside_the_markers), []),
    "GF07": (edit(put("资产管理", "B4", "资产总计")), ["GF07 资产管理!B4"], edit(put("资产管理", "B4", " 资产总额　")), []),
    "GF08": (edit(put("封面", "C4", "别的部门")), ["GF08 封面!C4"], edit(other_order), []),
    "GF09": (edit(put("项目1", "J24", "15")), ["GF09 项目1!J24"], edit(lambda _: None), []),
    "GF10": (shown("3"), ["GF10 项目1!J24"], shown("15.004"), []),
    "GF11": (properties_only, ["GF11 !"], identity_shown, []),
    "GF12": (edit(done.sorted_rows), ["GF12 资产管理!"], edit(swapped_figures), []),
    "GF13": (edit(done.unprotected), ["GF13 !"], edit(protected_with_a_password), []),
    "GF14": (edit(done.no_validations), ["GF14 !"], edit(other_lists), []),
    "GF15": (edit(done.lists_edited), ["GF15 选项!A2"], edit(word_below_a_list), []),
    "GF16": (edit(done.hidden_row), ["GF16 !"], edit(hidden_without_content), []),
    "GF17": (edit(done.foreign_name), ["GF17 !"], edit(name_of_excel), []),
    "GF18": (fault(zip_faults.active, "宏"), ["GF18 !"], fault(value_faults.same, "宏工作簿的类型"), []),
    "GF19": (edit(done.commented), ["GF19 !"], handed_back, ["CG01 政府采购!C7"]),
    "GF20": (edit(done.far_cell), ["GF20 资产管理!XFD1048576"], edit(put("资产管理", "H60", "备注")), []),
    "GF21": (edit(done.copied_sheet), ["GF21 资产管理!"], edit(done.extra_sheet), []),
    "GF22": (edit(done.copied_row), ["GF22 资产管理!B12"], edit(put("资产管理", "B12", "资产总额")), []),
    "GF23": (edit(done.filled_insert), ["GF23 资产管理!C6", "GF04 资产管理!", "GF14 !"],
             edit(on("资产管理", "insert_rows", 6)), ["GF04 资产管理!", "GF14 !"]),
    "GF24": (edit(done.printed_over), ["GF24 自评表1!B3+F3"], edit(bare_protection), []),
    "GF25": (content('<c r="C5" t="str"><v>0</v></c>'), ["GF25 政府采购!C5"], content('<c r="C5"><v>0.00</v></c>'), []),
    "GF26": (edit(done.computed_emptied), ["GF26 项目1!J24"], edit(lambda _: None), []),
    "GF31": (lambda: of(values.formatted("0!.0000", C4="24000", C6="11000", C7="35000")), ["GF31 政府采购!C4+C6+C7"],
             lambda: of(values.formatted("#,##0.0", C4="2.4")), []),
    "GF32": (lambda: of(values.struck("I22", "274", "281")), ["GF32 项目1!I22", "WB04 项目1!D19"],
             lambda: of(values.struck("I22", " ", "281")), ["WB04 项目1!D19"]),
    "GF33": (lambda: of(values.drawn(values.TEXTBOX)), ["GF33 项目1!L22+L23"], lambda: of(values.drawn(values.STAMP, values.COVER)), []),
    "GF34": (lambda: locked("VelvetSweatshop"), ["GF34 !"], lambda: of(clean()), []),
    "GF35": (lambda: of(values.timed("0.0", "2022.1")), ["GF35 项目1!I26"], lambda: of(values.timed("yyyy/m/d", "44910")), []),
    "DF31": (filled(**{"性质/1": "定性", "指标值/1": "按计划", "单位/1": "", "实际完成值/1": "较多"}), ["DF31 项目1!D41", "ZB20 项目1!I22"],
             filled(**{"性质/1": "定性", "指标值/1": "按计划", "单位/1": "", "实际完成值/1": "较多", "自评得分/1": "8"}), ["ZB20 项目1!I22"]),
    "MC01": (on_roster("62"), ["MC01 项目1!D9"], on_roster("60.00万元"), ["GF01 项目1!D9+D10"]),
    "MC02": (on_roster("600000"), ["MC02 项目1!D9"], on_roster("60"), []),
    "WB04": (filled(预期目标="2022年检查单位60个。"), ["WB04 项目1!D18"], filled(预期目标="2022年检查单位40个。"), []),
    "MB13": (filled(项目名称="业务培训经费", 预期目标="做好业务培训工作。"), ["MB13 项目1!D18"],
             filled(项目名称="业务培训经费", 预期目标="开展业务培训7场。"), []),
    "MB14": (filled(预期目标="2022年培训100人，其中县级60人，乡级50人。"), ["MB14 项目1!D18"],
             filled(预期目标="2022年培训100人，其中县级60人，乡级30人。"), []),
    "MB21": (filled(预期目标="1.检查到位；2.培训到位。", 目标完成情况="（1）检查到位；（2）培训到位"), ["MB21 项目1!D19"],
             filled(预期目标="1.检查到位；2.培训到位。", 目标完成情况="检查、培训都已按计划做完。"), []),
    "ZB31": (same_figures("检查发现问题整改率"), ["ZB31 项目1!D24+D25"], same_figures("检查通过率"), []),
    "WJ01": (lambda: of(b""), ["WJ01 !"], as_it_was, []),
    "WJ02": (fault(other_files.kinds, "文本 GBK"), ["WJ02 !"], fault(value_faults.same, "前面有自解压头"), []),
    "WJ03": (locked, ["WJ03 !"], edit(protected_with_a_password), []),
    "WJ04": (fault(zip_faults.xml, "行号不是数"), ["WJ04 !"], fault(value_faults.same, "行没有编号"), []),
    "WJ05": (fault(zip_faults.xml, "行号太大"), ["WJ05 !"], large_picture, []),
    "WJ06": (lambda: of(done._other()), ["WJ06 !"], edit(done.extra_sheet), []),
    "WJ07": (fault(value_faults.identities, "表样不认识"), ["WJ07 !"], as_it_was, []),
    "WJ08": (fault(value_faults.identities, "版本不同"), ["WJ08 !"], as_it_was, []),
    "WJ09": (campaign(known=False), ["WJ09 !"], campaign(known=True), []),
    "WJ10": (fault(value_faults.identities, "删了资产管理"), ["WJ10 !"], edit(without_our_help), []),
    "WJ11": (fault(value_faults.identities, "形状被改"), ["WJ11 !"], identity_shown, []),
    "WJ12": (worked("挂起"), ["WJ12 !"], worked("慢"), []),
    "WJ13": (worked("退出"), ["WJ13 !"], worked("一次"), []),
    "WJ14": (fault(other_files.kinds, "7z"), ["WJ14 !"], archive(甲__xlsx=clean()), []),
    "WJ15": (fault(other_files.kinds, "CSV 逗号"), ["WJ15 !"], lambda: of(clean(), "回收表.csv"), []),
    "WJ16": (fault(other_files.kinds, "PDF"), ["WJ16 !"], lambda: of(clean(), "回收表.pdf"), []),
    "WJ17": (fault(other_files.cut, "到 90%"), ["WJ17 !"], lambda: of(clean(), "回收表 (1).xlsx"), []),
    "WJ18": (fault(zip_faults.directories, "路径穿越"), ["WJ18 !"], fault(value_faults.same, "部件名用反斜杠"), []),
    "WJ19": (archive(), ["WJ19 !"], archive(甲__xlsx=clean(), Thumbs__db=b"x"), []),
    "WJ20": (archive(内__zip=zipped({"再内.zip": zipped({"乙.xlsx": clean()})})), ["WJ20 !"],
             archive(内__zip=zipped({"乙.xlsx": clean()})), []),
    "WJ21": (lambda: at_hand(there=False), ["WJ21 !"], lambda: at_hand(there=True), []),
    "WJ22": (fault(value_faults.identities, "标识表被删"), ["WJ22 !"], identity_shown, []),
    "WJ35": (lambda: of(b"%TSD-Header-###%\x88\x85" + bytes(range(256)) * 9, "回收表.xlsx"), ["WJ35 !"],
             lambda: of(clean(), "回收表.xlsx"), []),
    "WJ31": (pairs.contradicting, ["WJ31 !"], pairs.without_properties, []),
    "WJ32": (lambda: pairs.sealed(rightly=False), ["WJ32 !"], lambda: pairs.sealed(rightly=True), []),
    "WJ33": (pairs.relaid(pairs.fields("staff_block", pairs.turned), damaged=True), ["WJ33 !"],
             pairs.relaid(pairs.same, damaged=True), []),
    "WJ34": (pairs.replacing(corrections=0), ["WJ34 !"], pairs.replacing(corrections=1), []),
    "WJ36": (latest.against(latest.own, latest.with_project), ["WJ36 !"], latest.against(latest.with_project, latest.own), []),
    "WJ37": (latest.against(latest.own, latest.renamed), ["WJ37 !"], latest.against(latest.renamed, latest.own), []),
    "WJ38": (latest.against(latest.of_next_year), ["WJ38 !"], latest.against(latest.own), []),
    "WJ39": (latest.against(latest.own, blank=True), ["WJ39 !"], latest.against(latest.own), []),
    "WJ40": (latest.of_another_form("national-2020"), ["WJ40 !"], latest.of_another_form(kit.FORM_ID), []),
    "WJ41": (latest.mail(), ["WJ41 !"], latest.mail("自评表.xlsx"), []),
    "GF27": (pairs.relaid(pairs.fields("staff_block", pairs.turned)), ["GF27 !"], pairs.relaid(pairs.reworded), []),
    "GF28": (pairs.relaid(pairs.fields("staff_block", pairs.one_more)), ["GF27 !", "GF28 !"],
             pairs.relaid(pairs.fields("staff_block", pairs.turned)), ["GF27 !"]),
    "GF29": (pairs.relaid(pairs.fields("budget_block", pairs.in_yuan)), ["GF27 !", "GF29 部门预决算!C5"],
             pairs.relaid(pairs.fields("budget_block", pairs.renamed)), ["GF27 !"]),
    "GF30": (pairs.relaid(pairs.fields("staff_block", pairs.one_less)), ["GF27 !", "GF30 部门基本情况!C9"],
             pairs.relaid(pairs.fields("staff_block", pairs.turned)), ["GF27 !"]),
}  # fmt: skip
"""Code: a return that gets it, its outcome, the look-alike, its outcome."""


@pytest.mark.parametrize("code", PAIRS)
def test_a_return_that_gets_it_and_one_that_does_not(code: str) -> None:
    hit, wanted, alike, clean_one = PAIRS[code]
    assert code in {line.split()[0] for line in wanted}
    assert code not in {line.split()[0] for line in clean_one}
    assert (hit(), alike()) == (wanted, clean_one)


def test_every_notice_has_its_pair() -> None:
    codes = [*PAIRS, *documents.PAIRS, *documents.OTHERS]
    assert sorted(codes) == sorted(notice.code for notice in (*reading.NOTICES, *checks.NOTICES))
