"""``python -m tests.read.repro FOLDER``: every file of a folder of small inputs, what is said of it, and what is right.

Returns are examined, workbooks whose name begins with 名册 are read as a roster, Word files are filled as a letter's
template. What is right is written here by the file's name; a file not listed is shown without a verdict.
"""

from __future__ import annotations

import sys
from pathlib import Path

from xltool.campaign.roster.reading import read_roster
from xltool.campaign.roster.sheet import RosterError
from xltool.examine import examine
from xltool.form import form_by_id, form_ids
from xltool.read.official import Official
from xltool.report.documents.letter import LetterError, fill

RIGHT: dict[str, tuple[str, ...]] = {
    # an approved 0.5 % and its actual are read on one scale
    "lowpct.xlsx": (),
    "lowpct2.xlsx": (),
    "名册_lowpct.xlsx": ("≤ 0.5 %",),
    "名册_rosterpct.xlsx": ("≥ 100%",),
    # nothing was spent
    "zero_exec_full.xlsx": ("ZX03",),
    "nat_zero.xlsx": ("ZX03",),
    # words that say nothing are no reason
    "reason_wu.xlsx": ("DF16", "WB04"),
    "susp_wu.xlsx": ("GF26", "ZB03", "ZX03"),
    # months and years
    "date_span.xlsx": ("GF01",),
    "dl_oct_num.xlsx": ("GF35",),
    "print_dot.xlsx": (),
    "yoy.xlsx": (),
    # ranges
    "neg_staff.xlsx": ("BT06", "RY02"),
    "neg_exec.xlsx": ("BT06", "ZX03"),
    # the look carries meaning
    "fmt_wan.xlsx": ("GF31",),
    "fmt_wan2.xlsx": ("GF31",),
    "fmt_all_yuan.xlsx": ("GF31",),
    "strike_target.xlsx": ("GF32",),
    "strike_actual.xlsx": ("GF32", "WB04"),
    "txt_nan.xlsx": ("BT03",),
    # the roster's text is read as shown, or refused
    "名册_numcode2.xlsx": ("001001",),
    "名册_longcode2.xlsx": ("退回",),
    "名册_header.xlsx": ("年初预算数",),
    # one bad cell is one cell; what cannot be seen is named
    "nan.xlsx": ("BT03",),
    "n_text.xlsx": ("BT03",),
    "v_backslash.xlsx": ("CG01",),
    "u_merged.xlsx": ("BT01",),
    "merged_reason.xlsx": ("WB04",),
    "pic_excel365.xlsx": ("BT03",),
    "textbox.xlsx": ("DF16", "GF10", "GF33", "WB04"),
    "floatpic.xlsx": ("BT01", "GF33"),
    "zeroheight.xlsx": ("GF16",),
    # characters nobody sees
    "num_lro.xlsx": ("GF01",),
    "lrm_list.xlsx": (),
    "num_kangxi_wu.xlsx": ("CG01", "GF01"),
    "emoji_esc_name.xlsx": (),
    # encrypted by default, or by the unit's own software
    "velvet.xlsx": ("GF34",),
    "dlp_tsd.xlsx": ("WJ35",),
    "dlp_esafenet.xlsx": ("WJ35",),
    # a standard that was exceeded
    "eq_over.xlsx": ("ZB35",),
    # letters: filled, or refused by name
    "template_ins.docx": ("县教育局",),
    "template_sdt.docx": ("县教育局",),
    "template_hyperlink.docx": ("县教育局",),
}


NAMES = [
    "日期",
    "修改期限",
    "批次",
    "部门",
    "文件",
    "版本",
    "年度",
    "截止日期",
    "财政局",
    "落款",
    "问题数",
    "退回数",
    "须改数",
    "提示数",
    "退回件",
    "轮次",
    "豁免",
]
ROW = dict.fromkeys(["级别", "编号", "位置", "问题", "怎么改"], "1")


def told(path: Path) -> tuple[str, ...]:
    """What the tool says: codes of a return, the approved targets or the refusal of a roster, the text of a letter."""
    if path.suffix == ".docx":
        return _letter(path)
    if path.name.startswith("名册"):
        return _roster(path)
    outcome = examine(path.name, path.read_bytes(), form_by_id, official=Official(form_ids()))
    return tuple(sorted({finding.code for finding in outcome.findings}))


def _roster(path: Path) -> tuple[str, ...]:
    try:
        roster = read_roster(path, form_by_id("national-2020"))
    except RosterError as error:
        return ("退回", *str(error).split("\n"))
    codes = [row["部门编码"] for row in roster.departments]
    targets = [f"{row['性质']} {row['指标值']} {row['单位']}" for row in roster.indicators]
    return (*codes, *targets, *(name for row in roster.projects for name, value in row.values.items() if value))


def _letter(path: Path) -> tuple[str, ...]:
    from io import BytesIO

    from docx import Document

    data = path.read_bytes()
    try:
        filled = fill(data, path.name, dict.fromkeys(NAMES, "县教育局"), [ROW])
    except LetterError as error:
        return (str(error),)
    body = Document(BytesIO(filled)).element.body
    return tuple(text for node in body.iter() if node.tag.endswith("}t") and (text := (node.text or "").strip()))


def right(path: Path, said: tuple[str, ...]) -> bool | None:
    """Whether that is right; None where nobody wrote down what is."""
    wanted = RIGHT.get(path.name)
    if wanted is None:
        return None
    if path.suffix == ".docx" or path.name.startswith("名册"):
        return all(any(part in text for text in said) for part in wanted) and not any("{{" in text for text in said)
    return said == tuple(sorted(wanted))


def main(folder: Path) -> int:
    """Print the table; return how many files are not right."""
    wrong = 0
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".xlsx", ".docx"):
            said = told(path)
            verdict = right(path, said)
            wrong += verdict is False
            mark = {True: "对", False: "不对", None: "—"}[verdict]
            print(f"{mark}  {path.relative_to(folder)}：{'、'.join(said)[:160] or '没有发现'}")
            if verdict is False:
                print(f"      应当是：{'、'.join(RIGHT[path.name]) or '没有发现'}")
    print(f"{wrong} 个不对。")
    return wrong


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) > 0)
