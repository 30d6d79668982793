"""The reviewers' workbooks come back: differences, what has to be asked, the final score. Imports all of this room.

What is not clear is said and counts for nothing: two reviewers who differ, a line without points, a return that was replaced. A
newcomer would take the last file that lies there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from xltool import expr
from xltool.campaign.collected import Collected
from xltool.campaign.intake.walk import walk
from xltool.campaign.review.book_reading import ReadBook, ReviewLine, Sheet, read_review
from xltool.campaign.review.kept import Reviewed, keep
from xltool.campaign.review.review_book import RETURNED, Part, parts_of, reviewers_of
from xltool.campaign.review.sample_list import Assigned, list_path, read_list
from xltool.examine import Desk, Job, Opening, Pool
from xltool.examine.batch_notices import REVIEW_NOTICES
from xltool.findings import Finding, Severity
from xltool.form import Form, Value
from xltool.form.definition.review_policy import ReviewPolicy
from xltool.notation import read_number, show_number

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Said:
    """Something to ask a reviewer: code, severity, whose book, which unit and cell, in words."""

    code: str
    severity: Severity
    book: str
    unit: str
    cell: str
    text: str


NAMES = {str(notice.code): str(notice.name) for notice in REVIEW_NOTICES}


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of a unit: the points before and after, why, and who says so."""

    department: str
    name: str
    title: str
    line: str
    weight: Decimal | None
    stated: Decimal | None
    computed: Decimal | None
    review: Decimal
    reason: str
    note: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that came back. ``results``: units reviewed in full; ``differences``: all their lines; ``said``: what is open.

    ``books``: reviewers' workbooks of this campaign, equal ones once.
    """

    results: tuple[Reviewed, ...]
    differences: tuple[Difference, ...]
    said: tuple[Said, ...]
    books: int

    @property
    def open(self) -> bool:
        """Whether a reviewer has something to put right or to hand in."""
        return any(one.severity is not Severity.NOTICE for one in self.said)

    @property
    def told(self) -> list[str]:
        """What is open, a line each."""
        return [
            f"{one.severity.value} {one.code} {' '.join(filter(None, (one.book, one.unit, one.cell)))}：{one.text}"
            for one in self.said
        ]


def collect_reviews(collected: Collected) -> Review:
    """Read 复核收回, and keep the results for the summary.

    Raises:
        CampaignError, UnusableFileError: there is no list.
    """
    lines = read_list(collected)
    folder = list_path(collected).parent / RETURNED
    folder.mkdir(parents=True, exist_ok=True)
    files = [place for place in walk(folder) if not place.skipped]
    with Pool(Desk) as pool:
        tasks = [Opening(Job(place.name, place.path), read_review) for place in files]
        opened = list(zip((Path(place.name).name for place in files), pool.run(tasks), strict=True))
    review = gathered(collected.form, collected.campaign.name, lines, parts_of(collected, lines), opened)
    keep(collected.campaign, review.results)
    return review


def gathered(
    form: Form,
    campaign: str,
    lines: Sequence[Assigned],
    parts: Mapping[str, Part],
    opened: Sequence[tuple[str, ReadBook | Finding]],
) -> Review:
    """Return what the reviewers' workbooks come to. Independent of the order of the files."""
    said: list[Said] = []
    by_unit: dict[str, list[tuple[str, str, Sheet]]] = {}
    came: set[str] = set()
    books: dict[ReadBook, str] = {}
    known = {line.id: line for line in lines}
    for name, book in sorted(opened, key=lambda item: item[0]):
        if isinstance(book, Finding):
            said.append(Said("FH11", Severity.REJECT, name, "", "", f"{book.message}请向复核人要回用复核表填的文件。"))
            continue
        if book.campaign != campaign:
            text = f"写的批次是“{book.campaign[:60]}”，本批次是“{campaign}”。"
            said.append(Said("FH12", Severity.REJECT, name, "", "", text))
            continue
        came.add(book.reviewer)
        if book in books:
            text = f"与“{books[book]}”填得完全相同，只算一份。"
            said.append(Said("FH14", Severity.NOTICE, name, "", "", text))
            continue
        books[book] = name
        for sheet in book.sheets:
            by_unit.setdefault(sheet.id, []).append((name, book.reviewer, sheet))
    said += _not_handed_in(lines, came)
    results: list[Reviewed] = []
    differences: list[Difference] = []
    for ident, found in by_unit.items():
        line, part = known.get(ident), parts.get(ident)
        if line is None or part is None:
            text = (
                "这个项目不在现在的抽查名单里，没有采用。"
                if line is None
                else "这个部门现在没有能够评分的自评表，没有采用。"
            )
            said += [Said("FH20", Severity.NOTICE, name, ident, "", text) for name, _, _ in found]
            continue
        usable = []
        for name, reviewer, sheet in found:
            wrong = list(_checked(name, line, part, sheet))
            said += wrong
            if not any(one.severity is not Severity.NOTICE for one in wrong):
                usable.append((name, reviewer, sheet))
        if chosen := _agreed(line, usable, said):
            name, reviewer, sheet = chosen
            results.append(_result(form, line, part, reviewer, sheet))
            differences += _differences(line, part, reviewer, sheet)
    order = {line.id: at for at, line in enumerate(lines)}
    results.sort(key=lambda item: order[item.id])
    return Review(tuple(results), tuple(differences), tuple(sorted(said, key=_place)), len(books))


def _place(one: Said) -> tuple[str, str, str, str]:
    return one.code, one.book, one.unit, one.cell


def _not_handed_in(lines: Sequence[Assigned], came: set[str]) -> Iterator[Said]:
    waiting: dict[str, int] = {}
    for line in lines:
        for reviewer in reviewers_of(line):
            if reviewer not in came:
                waiting[reviewer] = waiting.get(reviewer, 0) + 1
    for reviewer, count in waiting.items():
        yield Said(
            "FH13",
            Severity.CORRECT,
            reviewer,
            "",
            "",
            f"复核人“{reviewer}”的复核表还没有放进“复核收回”，有 {count} 个项目。",
        )


def _checked(book: str, line: Assigned, part: Part, sheet: Sheet) -> Iterator[Said]:
    """What is wrong with a unit as a reviewer left it."""
    unit = f"{line.name} {line.title}".strip()

    def tell(code: str, severity: Severity, cell: str, text: str) -> Said:
        return Said(code, severity, book, unit, f"〔{sheet.title}〕{cell}" if cell else f"〔{sheet.title}〕", text)

    if sheet.lost or len(sheet.marks) != len(part.score.lines) or not _same(part, sheet):
        if sheet.version != part.receipt.head.sha256:
            text = "部门后来换了报送的文件，指标与复核时不同，请用 xltool review book 重新写出复核表。"
            yield tell("FH19", Severity.CORRECT, "", text)
        else:
            yield tell("FH11", Severity.CORRECT, "", "这一张表里的指标行找不到了。请在原来的复核表里填写。")
        return
    if sheet.version != part.receipt.head.sha256:
        changed = [
            f"{now.name} {mark.issued or '空白'}→{show(now.stated)}"
            for now, mark in zip(part.score.lines, sheet.marks, strict=True)
            if show(now.stated) != show(number(mark.issued))
        ]
        text = "部门后来换了报送的文件，" + (
            f"自评得分有变：{'；'.join(changed[:5])}。" if changed else "自评得分没有变。"
        )
        yield tell("FH19", Severity.CORRECT if changed else Severity.NOTICE, "", text)
    blank = [mark for mark in sheet.marks if mark.review is None and not mark.typed]
    if blank:
        yield tell("FH15", Severity.CORRECT, blank[0].cell, f"还有 {len(blank)} 行没有填复核得分。")
    for now, mark in zip(part.score.lines, sheet.marks, strict=True):
        if show(number(mark.stated)) != show(number(mark.issued)):
            text = f"“{mark.name}”的自评得分发出时是 {mark.issued or '空白'}，现在写的是 {mark.stated[:20] or '空白'}。按部门报送的计算。"
            yield tell("FH18", Severity.NOTICE, mark.cell, text)
        if mark.review is None:
            if mark.typed:
                yield tell(
                    "FH16",
                    Severity.CORRECT,
                    mark.cell,
                    f"“{mark.name}”的复核得分填的是“{mark.typed[:20]}”，读不出分数。",
                )
            continue
        if mark.review < 0 or (now.weight is not None and mark.review > now.weight):
            text = f"“{mark.name}”复核得分 {show(mark.review)} 分，应在 0 和分值 {show(now.weight)} 分之间。"
            yield tell("FH16", Severity.CORRECT, mark.cell, text)
            continue  # the hint in the book asks for one thing at a time too
        before = now.final if now.final is not None else Decimal(0)
        if before - mark.review >= _CENT and not mark.reason:
            text = f"“{mark.name}”从 {show(before)} 分扣到 {show(mark.review)} 分，没有写扣分原因。"
            yield tell("FH17", Severity.CORRECT, mark.cell, text)
        if mark.review - before >= _CENT and not mark.note:
            text = f"“{mark.name}”复核得分 {show(mark.review)} 分，高于核定得分 {show(before)} 分，没有写依据。"
            yield tell("FH21", Severity.CORRECT, mark.cell, text)


def _same(part: Part, sheet: Sheet) -> bool:
    return all(
        now.name[:40].strip() == mark.name.strip() for now, mark in zip(part.score.lines, sheet.marks, strict=True)
    )


def _agreed(
    line: Assigned, usable: Sequence[tuple[str, str, Sheet]], said: list[Said]
) -> tuple[str, str, Sheet] | None:
    """The review that counts: the only one, or one of several that are equal; the reviewer named first in the list then counts."""
    if not usable:
        return None
    order = {name: at for at, name in enumerate(reviewers_of(line))}
    ranked = sorted(usable, key=lambda item: (order.get(item[1], len(order)), item[0]))
    if len(ranked) > 1:
        totals = {tuple(mark.review for mark in sheet.marks) for _, _, sheet in ranked}
        who = "、".join(f"{reviewer}（{name}）{show(_total(sheet.marks))} 分" for name, reviewer, sheet in ranked)
        equal = len(totals) == 1
        text = f"{who}都复核了这个项目，" + (
            "各行相同，采用第一份。" if equal else "得分不同，没有采用。请商定后只留一份。"
        )
        unit = f"{line.name} {line.title}".strip()
        said.append(Said("FH14", Severity.NOTICE if equal else Severity.CORRECT, ranked[0][0], unit, "", text))
        if not equal:
            return None
    return ranked[0]


def _total(marks: Sequence[ReviewLine]) -> Decimal:
    return sum((mark.review for mark in marks if mark.review is not None), Decimal(0))


def _result(form: Form, line: Assigned, part: Part, reviewer: str, sheet: Sheet) -> Reviewed:
    score, review = part.score, _total(sheet.marks)
    off = penalty(form.spec.review, score.stated, review)
    final = max(Decimal(0), review - off)
    before, after = score.grade, grade_of(form, final)
    return Reviewed(
        line.department, line.name, score.code, score.name, reviewer, score.stated, score.total, review, off, final, before, after,
        part.receipt.head.sha256,
    )  # fmt: skip


def penalty(policy: ReviewPolicy, stated: Decimal | None, review: Decimal) -> Decimal:
    """Return the points taken off because the self-score was far above the review; 0 where it is not known.

    Source: form ``review.gap``, ``review.penalty``.
    """
    if stated is None:
        return Decimal(0)
    beyond = max(Decimal(0), stated - review - policy.gap.value)
    return min(policy.penalty.most, beyond * policy.penalty.value).quantize(_CENT, ROUND_HALF_UP)


class _Total:
    """What the form's formula of the grade may ask for: the total."""

    def __init__(self, ident: str, total: Decimal) -> None:
        self.ident, self.total = ident, total

    def __getitem__(self, ident: str) -> Value:
        return self.total if ident == self.ident else ""

    def column(self, ident: str) -> Sequence[Value]:
        return [self[ident]]


def grade_of(form: Form, total: Decimal) -> str:
    """Return the grade of a total by the form's own formula."""
    scoring = form.spec.scoring
    bound = form.computed[form.ids[scoring.grade]]
    result = expr.evaluate(bound, _Total(form.ids[scoring.total], total))
    return result if isinstance(result, str) else ""


def _differences(line: Assigned, part: Part, reviewer: str, sheet: Sheet) -> Iterator[Difference]:
    for now, mark in zip(part.score.lines, sheet.marks, strict=True):
        if mark.review is not None:
            yield Difference(
                line.department, line.name, part.score.name, now.name, now.weight, now.stated, now.final, mark.review, mark.reason, mark.note,
                reviewer,
            )  # fmt: skip


def number(text: str) -> Decimal | None:
    """Return the points a text says."""
    return read_number(text, "分").value


def show(value: Decimal | None) -> str:
    """Return points as people write them."""
    return "空白" if value is None else show_number(value.quantize(_CENT, ROUND_HALF_UP), "")
