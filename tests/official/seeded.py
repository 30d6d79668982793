"""One mistake of the review checklists put into each published form: is it told, and nothing else beside it?

The lists of ``cases`` and ``heldout`` say how a form stands as it was published; most published forms hold few kinds of
mistakes. Here every kind is put into every form that has a place for it, one at a time: what is told then and was not
told before is compared with what the kind must give. ``python -m tests.official.seeded`` prints the figures by family.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.official import paper
from tests.official.cases import Case, cases, held
from tests.official.test_cases import findings, recognised, told
from xltool.findings import Severity
from xltool.read.official.labels import label_of
from xltool.read.tables.grid import GridCell

Cells = dict[tuple[int, int], GridCell]
_HEADS = {
    "name": {"三级指标", "指标名称"},
    "target": {"年度指标值", "指标值", "年初目标值", "年初指标值"},
    "actual": {"实际完成值", "全年实际值", "完成值", "全年完成值", "年终完成值", "实际完成指标值"},
    "weight": {"分值", "权重", "参考分值"},
    "score": {"得分", "自评分", "自评得分"},
    "reason": {"偏差原因分析及改进措施", "未完成原因分析", "未完成原因和改进措施", "未完成原因及拟采取的改进措施"},
}
_FIGURE = re.compile(r"(?P<sign>[≥≧]|>=|)(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<unit>%|[一-鿿]{0,2})")
_LOWER = re.compile("成本|标准|控制|金额|费|投资|事故|死亡|投诉|变质|次生|发生")


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator of a form: where its cells stand. ``places``: 第几行第几列 by what it is."""

    table: int
    row: int
    cells: dict[str, GridCell]

    def text(self, what: str) -> str:
        return self.cells[what].text.strip() if what in self.cells else ""

    def place(self, what: str) -> str:
        found = re.fullmatch(r"第([0-9]+)行第([0-9]+)列", self.cells[what].address.a1)
        assert found
        return f"{self.table}.{found[1]}.{found[2]}"


@dataclass(frozen=True, slots=True)
class Seed:
    """A mistake: the cell it is written into, and the codes with places that must be told; ``may``: what may be told beside."""

    table: int
    cell: GridCell
    text: str
    must: tuple[str, ...]
    may: tuple[str, ...] = ()


def rows(case: Case) -> Iterator[Row]:
    """The indicators of a form whose actual and target stand under heads that say so."""
    for number, table in enumerate(case.rows(), start=1):
        heads: dict[str, int] = {}
        by_row: dict[int, list[GridCell]] = {}
        for cell in paper.grid(table, number).cells:
            by_row.setdefault(cell.row, []).append(cell)
        for at in sorted(by_row):
            found = {
                what: cell.col for cell in by_row[at] for what, words in _HEADS.items() if label_of(cell.text) in words
            }
            if {"name", "target", "actual"} <= set(found):
                heads = found
            elif heads:
                cells = {what: cell for cell in by_row[at] for what, col in heads.items() if cell.col == col}
                if {"name", "target", "actual"} <= set(cells) and all(c.rows == 1 for c in cells.values()):
                    yield Row(number, at, cells)


def _reached(row: Row) -> re.Match[str] | None:
    """A row with a figure that was met exactly or better, where more is better, and full points if any."""
    target, actual = (_FIGURE.fullmatch(row.text(what)) for what in ("target", "actual"))
    if target is None or actual is None or target["unit"] != actual["unit"] or _LOWER.search(row.text("name")):
        return None
    if float(target["number"]) < 5 or not 1 <= float(actual["number"]) / float(target["number"]) <= 1.3:
        return None
    full = row.text("weight") == row.text("score") or "weight" not in row.cells
    return actual if full and not row.text("reason") and not actual["sign"] else None


def _reason(row: Row, code: str) -> tuple[str, ...]:
    return (f"{code} {row.place('reason')}",) if "reason" in row.cells else ()


def shortfall(row: Row) -> Seed | None:
    """Four fifths of the target, full points, no reason."""
    met, target = _reached(row), _FIGURE.fullmatch(row.text("target"))
    if met is None or target is None:
        return None
    text = f"{float(target['number']) * 0.8:g}{met['unit']}"
    scored = (f"DF24 {row.place('score')}",) if row.text("weight") and row.text("score") else ()
    must = (*scored, *_reason(row, "DF16"))
    return Seed(row.table, row.cells["actual"], text, must, ("HB03", "WB04", "DF16")) if must else None


def excess(row: Row) -> Seed | None:
    """Twice the target, no reason."""
    met, target = _reached(row), _FIGURE.fullmatch(row.text("target"))
    if met is None or target is None or met["unit"] == "%" or "reason" not in row.cells:
        return None
    text = f"{float(target['number']) * 2:g}{met['unit']}"
    return Seed(row.table, row.cells["actual"], text, _reason(row, "DF17"), ("WB04",))


def signed(row: Row) -> Seed | None:
    """The target with its sign written once more as the actual."""
    met = _reached(row)
    text = f"≥{met['number']}{met['unit']}" if met else ""
    return Seed(row.table, row.cells["actual"], text, (f"ZB05 {row.place('actual')}",)) if met else None


def in_words(row: Row) -> Seed | None:
    """A figure answered by a word."""
    must = (f"ZB06 {row.place('actual')}",)
    return Seed(row.table, row.cells["actual"], "较好", must, ("DF31",)) if _reached(row) else None


def over(row: Row) -> Seed | None:
    """One point more than there are."""
    if not re.fullmatch("[0-9]+", row.text("weight")) or row.text("weight") != row.text("score"):
        return None
    must = (f"DF13 {row.place('score')}",)
    return Seed(row.table, row.cells["score"], str(int(row.text("weight")) + 1), must, ("DF01", "QZ03"))


def no_actual(row: Row) -> Seed | None:
    """Points for nothing."""
    if not row.text("score") or not _reached(row):
        return None
    must = (f"DF11 {row.place('actual')} {row.place('score')}",)
    return Seed(row.table, row.cells["actual"], "", must)


def placeholder(row: Row) -> Seed | None:
    """What the form printed for the name was left."""
    if not row.text("name") or not row.text("actual") or "*" in row.text("name"):
        return None
    return Seed(
        row.table, row.cells["name"], row.text("name") + "（≥**个）", (f"ZB12 {row.place('name')}",), ("ZB10", "ZB11")
    )


KINDS: tuple[Callable[[Row], Seed | None], ...] = (
    shortfall,
    excess,
    signed,
    in_words,
    over,
    no_actual,
    placeholder,
)


def with_seed(case: Case, seed: Seed) -> Case:
    """The form with the mistake in it."""
    tables = []
    for number, table in enumerate(case.rows(), start=1):
        grid = paper.grid(table, number)
        wide: list[str] = []
        for at in range(grid.height):
            cells = sorted((cell for cell in grid.cells if cell.row == at), key=lambda cell: cell.col)
            texts = [
                (seed.text if number == seed.table and (c.row, c.col) == (seed.cell.row, seed.cell.col) else c.text)
                + (f"→{c.cols}" if c.cols > 1 else "")
                + (f"↓{c.rows}" if c.rows > 1 else "")
                for c in cells
            ]
            wide.append(" | ".join(texts))
        tables.append(tuple(wide))
    return replace(case, tables=tuple(tables))


def told_of(case: Case) -> Counter[str]:
    """The 退回 and 须改 of a form."""
    return Counter(told(findings(recognised(case)), Severity.REJECT, Severity.CORRECT))


def tried(case: Case, limit: int = 1) -> Iterator[tuple[str, tuple[str, ...], list[str], list[str]]]:
    """Yield of each kind in a form: its name, what must be told, what of it was, and what else was."""
    before = told_of(case)
    for kind in KINDS:
        seeds = [seed for row in rows(case) if (seed := kind(row)) is not None][:limit]
        for seed in seeds:
            after = told_of(with_seed(case, seed))
            new = list((after - before).elements())
            hit = [want for want in seed.must if any(_same(want, line) for line in new)]
            wrong = [
                line
                for line in new
                if not any(_same(want, line) for want in seed.must) and line.split(" ")[0] not in seed.may
            ]
            yield kind.__name__, seed.must, hit, wrong


def _same(want: str, line: str) -> bool:
    """Whether a finding is the one wanted: its code, and the wanted places among its own (it may name more rows)."""
    code, *places = want.split(" ")
    told_code, *told_places = line.split(" ")
    return code == told_code and set(places) <= set(told_places)


def figures(limit: int = 1) -> None:
    """Print, by family, how much of what was put in is told, and how much of what is told was put in."""
    total: dict[str, Counter[str]] = {}
    for name, case in {**cases(), **held()}.items():
        if not case.tables:
            continue
        for kind, must, hit, wrong in tried(case, limit):
            for family in (case.kind, "合计"):
                total.setdefault(family, Counter()).update(must=len(must), hit=len(hit), wrong=len(wrong))
            for want in set(must) - set(hit):
                print(f"没有说出：{name} {kind} {want}")
            for line in wrong:
                print(f"多说：{name} {kind} {line}")
    for family, seen in total.items():
        given = seen["hit"] + seen["wrong"]
        print(
            f"{family}：放进 {seen['must']}，说出 {given}，相同 {seen['hit']}，"
            f"查全 {seen['hit'] / seen['must']:.1%}，查准 {seen['hit'] / given:.1%}"
        )


if __name__ == "__main__":
    figures()
