"""From a blank paper to the text of a ``form.yaml``. Imports all of this room.

The draft extends the form of the library the paper is most like and only says what is different; whether it is sound is
checked by whoever writes it, so that no half form is ever left behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xltool.files import cause
from xltool.form import Form
from xltool.form.definition.model import FieldType, GridBlock
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import refuse
from xltool.read.blank import blank_notices
from xltool.read.blank.definition_writer import definition
from xltool.read.blank.evened import BlankPaper, papers_of
from xltool.read.blank.level_points import Marks, PaperLevel, levels_of, marks_of, table_of
from xltool.read.blank.likeness import Likeness, is_known, likest, per_department
from xltool.read.blank.paper_rows import PaperRows
from xltool.read.blank.printed_words import options
from xltool.read.official.labels import label_of, squeeze
from xltool.read.official.matching.sense import nothing
from xltool.read.official.plan import pieces_of

_FEW = 3  # values; fewer are examples of how to fill in
_SHOWN = 6
_HEADS = 4
_ITEMS = ("三级指标", "评价指标", "指标名称", "评价内容", "考核指标")


@dataclass(frozen=True, slots=True)
class BlankDraft:
    """The text of a ``form.yaml``; ``taken``: what was found and kept, ``decisions``: what a person must decide."""

    text: str
    base: str
    where: str
    taken: tuple[str, ...]
    decisions: tuple[str, ...]


def draft_from(data: bytes, name: str, ident: str, forms: Sequence[Form], limits: Limits = LIMITS) -> BlankDraft:
    """Return the draft of a form like a paper.

    Args:
        data: the file.
        name: its name.
        ident: the id of the form to be.
        forms: those the draft may extend; one is not questioned.
        limits: the gate's settings.

    Raises:
        Refused: the file cannot be read, or the paper is none a form can be made of.
    """
    papers = papers_of(data, name, limits)
    if not papers:
        raise refuse(blank_notices.NO_TABLE, what="")
    one = likest(papers, forms)
    if one is None or not is_known(one):
        raise refuse(blank_notices.UNKNOWN, where=_where(one, papers), known=_known(one))
    _refuse_unfit(one, forms)
    levels = levels_of(one)
    marks = marks_of(one, levels)
    values = filled_in(one)
    filled = len(values) >= _FEW
    rows = PaperRows(one, levels, filled)
    try:
        rows.lay_out()
    except (LookupError, ValueError, StopIteration) as error:  # an order of cells nobody thought of: no half form
        why = f"行列的排法没有见过（{cause(error)}）"
        raise refuse(blank_notices.UNSOUND, where=one.paper.where, why=why, base=one.form.id) from None
    taken = (*_taken(one, marks), *_others(one, papers))
    decisions = (
        *_of_filled(one, values, filled),
        *marks.decisions,
        *_of_base(one, rows, levels),
        *rows.additions.told,
        *_of_notes(rows),
    )
    text = definition(one, ident, name, marks, rows, taken, decisions)
    return BlankDraft(text, str(one.form.id), one.paper.where, taken, decisions)


def unsound(draft: BlankDraft, why: Sequence[str]) -> Exception:
    """Return the refusal of a draft that its own check would refuse."""
    told = "；".join(dict.fromkeys(why))[:300]
    return refuse(blank_notices.UNSOUND, where=draft.where, why=told, base=draft.base)


def _where(one: Likeness | None, papers: Sequence[BlankPaper]) -> str:
    return one.paper.where if one is not None else papers[0].where


def _known(one: Likeness | None) -> str:
    labels = sorted(label for label in (one.match.labels if one is not None else ()) if label)
    return "、".join(labels[:_SHOWN]) or "没有"


def _refuse_unfit(one: Likeness, forms: Sequence[Form]) -> None:
    """Refuse what the definition language cannot say of a paper."""
    spec, where = one.form.spec, one.paper.where
    fields = {piece.field for piece in one.columns.values()}
    if one.print.table_id and not (one.rows and one.head_rows) and not per_department(one):
        head = (
            "；表头下面没有印着指标的行"
            if len(one.print.table_heads & one.match.labels) >= _HEADS
            else "；没有找到“一级指标、二级指标、三级指标……”这样的表头"
        )
        raise refuse(blank_notices.NO_LEVELS, where=where, what=head)
    actual = {p.field for item in spec.scoring.items if item.table for p in pieces_of(one.form, str(item.actual))}
    missing = [] if not one.rows or actual & fields else ["实际完成值"]
    missing += [] if not one.rows or one.has_points else ["得分"]
    if missing == ["实际完成值"]:
        _refuse_items(one, forms)
    if missing:
        raise refuse(blank_notices.NO_POINTS, where=where, missing="".join(f"“{word}”" for word in missing))
    if not one.rows:
        _refuse_items(one, forms)


def _refuse_items(one: Likeness, forms: Sequence[Form]) -> None:
    """A table of scored items, each with a formula of its own, is only known for the items a form has."""
    scored = [(form, form.spec.scoring.overall) for form in forms if form.spec.scoring.overall is not None]
    heads = [cell for cell in one.paper.cells if label_of(cell.text) in _ITEMS and "得分" in _row_text(one, cell.row)]
    if not heads:
        return
    head = max(heads, key=lambda cell: cell.col)
    known = {str(row.name) for form, overall in scored if overall for row in form.grids[overall.grid].rows}
    rows = [one.paper.places[row, head.col] for row in range(head.row + 1, one.paper.height)]
    items = [label_of(cell.text) for cell in dict.fromkeys(rows) if cell.cols == head.cols and not cell.blank]
    strange = [item for item in items if item not in known]
    if strange:
        shown = "、".join(strange[:_SHOWN]) + (" 等" if len(strange) > _SHOWN else "")
        base = scored[0][0].id if scored else one.form.id
        raise refuse(
            blank_notices.OTHER_ITEMS,
            where=one.paper.where,
            count=len(items),
            strange=len(strange),
            which=shown,
            base=base,
        )


def _row_text(one: Likeness, row: int) -> str:
    return "".join(squeeze(cell.text) for cell in one.paper.own(row))


def filled_in(one: Likeness) -> list[str]:
    """The places at which somebody wrote something: of a blank form there are none."""
    places = []
    for spot, pieces in one.taken.items():
        cell = one.paper.places[spot]
        figure = all(piece.parameter or _is_points(one, piece.field) for piece in pieces)
        if not (figure or nothing(cell.text) or options(cell.text)):
            places.append(cell.a1)
    for taken in one.match.table:
        info = one.form.fields.get(taken.piece.field)
        if info is not None and info.field.is_input and not info.field.prefill and not nothing(taken.spot.text):
            places.append(one.paper.places[taken.spot.address.row, taken.spot.address.col].a1)
    return places


def _is_points(one: Likeness, ident: str) -> bool:
    info = one.form.fields.get(ident)
    return info is not None and bool(info.field.compute) and info.field.unit == "分"


def _taken(one: Likeness, marks: Marks) -> tuple[str, ...]:
    """What was recognised, in words."""
    fields = {piece.field for pieces in one.taken.values() for piece in pieces if piece.field}
    table = table_of(one)
    lines = [
        f"取自{one.paper.where}，{one.paper.height} 行 {one.paper.width} 列；与“{one.form.spec.title}”（{one.form.id}）最像，以它为基础",
        f"认出栏目 {len(fields)} 个" + (f"、指标表 {len(one.columns)} 列" if one.columns else ""),
    ]
    if table is not None and marks.levels:
        blocks = "；".join(
            f"{level.said}（{'、'.join(f'{group.said} {max(1, group.rows)} 行' for group in level.groups)}）"
            for level in marks.levels
        )
        lines.append(f"指标：{blocks}")
    if marks.told:
        lines.append("分值：" + "、".join(f"{name} {value:f}" for name, value in marks.told.items()))
    return tuple(lines)


def _others(one: Likeness, papers: Sequence[BlankPaper]) -> tuple[str, ...]:
    """Other tables of the file: those that look like forms, too, are named."""
    rest = [paper for paper in papers if paper is not one.paper]
    official = [paper.where for paper in rest if (found := likest([paper], [one.form])) and is_known(found)]
    if not rest:
        return ()
    more = (
        f"；其中{'、'.join(official[:_SHOWN])}也像正式表，这次没有起草；要起草它，请写 --extends 它的表样，或者单独存成一个文件"
        if official
        else ""
    )
    return (f"文件里有 {len(papers)} 个表格，用的是{one.paper.where}{more}",)


def _of_filled(one: Likeness, values: Sequence[str], filled: bool) -> tuple[str, ...]:
    printed_ = sum(
        1
        for taken in one.match.table
        if (info := one.form.fields.get(taken.piece.field)) and info.field.type is FieldType.LONG and info.field.prefill
        if not nothing(taken.spot.text)
    )
    told = []
    if filled:
        told.append(
            f"这张表填过内容（{'、'.join(values[:_SHOWN])} 等 {len(values)} 处），只取了栏目，没有取填的内容。请核对版式。"
        )
    elif values:
        told.append(f"{'、'.join(values)} 有内容，当作填写的例子，没有取。")
    if printed_:
        told.append(f"指标表里印着 {printed_} 个三级指标，没有放进表样；各单位相同的，请写在名册的〔指标〕里。")
    return tuple(told)


def _of_base(one: Likeness, rows: PaperRows, levels: Sequence[PaperLevel]) -> tuple[str, ...]:
    """What follows from the base that the paper does not show."""
    told: list[str] = []
    table = table_of(one)
    if table is not None and levels:
        shown = {piece.field for piece in one.columns.values()}
        shown |= {ident for piece in one.columns.values() if piece.shown for ident in piece.shown}
        pieces = [piece for slot in one.print.table for piece in slot.pieces]
        usual = {piece.field for piece in pieces} | {ident for piece in pieces for ident in piece.shown or ()}
        hidden = [
            str(column.name)
            for column in table.columns
            if column.is_input and not column.hidden and column.id in usual - shown
        ]
        if hidden:
            told.append(
                f"空表上没有这几栏，填报表里仍然有，只是不打印：{'、'.join(hidden)}。不要的请去掉，用到它们的规则也要改。"
            )
        names = {str(g.name) for level in table.levels for g in level.groups}
        new = [g.said for level in levels for g in level.groups if g.name not in names]
        if new:
            told.append(
                f"基础表样没有这几个二级指标：{'、'.join(new)}。先定为可以不填；必填的请去掉 required: false。归类的规则不认得它们。"
            )
        strange = [level.said for level in levels if level.name not in {str(known.name) for known in table.levels}]
        if strange:
            told.append(f"基础表样没有这几个一级指标：{'、'.join(strange)}。提到一级指标名称的公式（应归类）请核对。")
        if len({level.parameter for level in levels}) == 1 < len(levels) and any(lv.points for lv in levels):
            told.append("一级指标括号里的分值只印在表上：基础表样按填写的行平均分摊，不按一级指标核对。")
        points = [f"{g.said} {g.points:f} 分" for level in levels for g in level.groups if g.points is not None]
        if points:
            told.append(
                f"二级指标后面写着分值：{'、'.join(points)}。表样里只核对一级指标的合计，请写在名册的〔指标〕里。"
            )
    for grid in rows.additions.grid_rows:
        told += _sums(one, grid, rows)
    told.append("得分办法（定性三档、超额、执行率、等次）沿用基础表样，请按本地文件核对 parameters 和 source。")
    return tuple(told)


def _sums(one: Likeness, grid: str, rows: PaperRows) -> list[str]:
    """Whether the rules that add up a block of figures count its new rows."""
    blocks = [b for sheet in one.form.spec.sheets for b in sheet.blocks if isinstance(b, GridBlock) and b.grid == grid]
    cells = {cell.name for b in blocks for r in b.rows for c in b.columns if (cell := b.cell(r, c)) is not None}
    codes = [str(rule.code) for rule in one.form.spec.rules if sum(name in rule.expect for name in cells) >= _FEW]
    names = "、".join(str(row["name"]) for row in rows.additions.grid_rows[grid])
    if any(block.total for block in blocks):
        return [f"资金表新增的行（{names}）加进合计：只是某一项的“其中”的，请在这一行写 part: false。"]
    return (
        [f"资金表新增的行（{names}）没有加进合计：是总额的一部分的，请改规则 {'、'.join(codes)} 的 expect。"]
        if codes
        else []
    )


def _of_notes(rows: PaperRows) -> tuple[str, ...]:
    if not rows.notes:
        return ()
    shown = "；".join(f"“{squeeze(text)[:24]}…”" for text in rows.notes[:3])
    return (f"表下有 {len(rows.notes)} 段说明没有放进表样：{shown}。要给填表人看的，请写在 instructions 里。",)
