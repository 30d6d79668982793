"""One document of unknown layout becomes a filled form: which form, which year, whose, and what stands where.

Imports all of this room. The bureau's choice wins (``wanted``, the campaign's form and roster); without one the form
whose labels fit best is taken, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from xltool import notation
from xltool.engine.filled import FilledForm, Reading, ReadingKind
from xltool.findings import Finding
from xltool.form import Form, Issue, Key, Project, Value
from xltool.form.compiled.form import FULL_MARKS
from xltool.form.variant import with_parameters
from xltool.notation import fold
from xltool.ooxml.refused import refuse
from xltool.read import file_notices
from xltool.read.official import arithmetic, official_notices, own_tables, prose
from xltool.read.official.fill import places_of, readings_of, stated_of
from xltool.read.official.labels import squeeze
from xltool.read.official.matching.lines import LineCell, TableLine, lines_of, money_before, paragraphs_of
from xltool.read.official.matching.match import match_lines
from xltool.read.official.matching.state import Match
from xltool.read.official.owner import OwnerWords, nearest, owner_of
from xltool.read.official.place import OfficialPlaces
from xltool.read.official.plan import Plan, plan_of
from xltool.read.tables.grid import Document, Paragraph
from xltool.read.wanted import Official
from xltool.read.worded import worded

_YEAR = re.compile(r"(20[0-9]{2})\s*年度?")
_OWNER = re.compile(
    r"([一-鿿]{3,30}?(?:局|委|办|部|院|会|校|厅|室|署|站|所|中心|政府|大学|学院|医院|协会|联合会|委员会|办公室))(?:关于)?20[0-9]{2}年"
)
_CODE = re.compile(r"[0-9A-Za-z]{3,30}\s*[-—_]\s*(?=[一-鿿])")
_LEAST = 5
"""So many labels of a form must be there; fewer happen in any table."""
_SHOWN = 8
_PROJECTS, _ROWS = 200, 2000
"""More projects, or rows of one, than any department has: not read (an issue could not keep them)."""
_NAME = 60


@dataclass(frozen=True, slots=True)
class Recognised:
    """A document read as an official form."""

    places: OfficialPlaces
    filled: FilledForm
    findings: tuple[Finding, ...]


def recognise(document: Document, forms: Sequence[Form], official: Official, name: str = "") -> Recognised | None:
    """Read a document as one of the forms, None if it is none of them.

    Args:
        document: what a reader of ``read.tables`` gave.
        forms: those that may be meant.
        official: the bureau's settings.
        name: the file's name, for the department and the year.
    """
    lines, paragraphs, yuan = lines_of(document), paragraphs_of(document), money_before(document)
    year = official.year or year_of(lines, paragraphs, name)
    titles = _titles(lines, paragraphs)
    best: tuple[tuple[Decimal, int], Form, Match, int] | None = None
    for form in forms:
        match = match_lines(plan_of(form), own_tables.parted(form, lines)[0], year, yuan)
        told = prose.hits(form, paragraphs, year)
        named = _named(plan_of(form), titles)
        # Of equals the one with the fewest fields: what is not there need not be looked for.
        fit = (_fit(plan_of(form), match, lines) + Decimal(min(told, 20)) / 10 + named, -len(form.fields))
        if best is None or fit > best[0]:
            best = (fit, form, match, told)
    if best is None or (len(best[2].labels) < _LEAST and best[3] < _LEAST):
        return None
    _, form, match, told = best
    if match.projects > _PROJECTS or any(len(rows) > _ROWS for rows in match.rows.values()):
        raise refuse(file_notices.TOO_LARGE, what=f"{match.projects} 个项目")
    return _Builder(document, form, match, lines, paragraphs, official, year, name).done(told)


def _titles(lines: Sequence[TableLine], paragraphs: Sequence[Paragraph]) -> list[str]:
    """Short texts that stand alone: what may be a title."""
    alone = [line.filled[0].text for line in lines if len(line.filled) == 1]
    return [squeeze(text) for text in (*(p.text for p in paragraphs), *alone) if 4 < len(squeeze(text)) < 50]


def _named(plan: Plan, titles: Sequence[str]) -> int:
    """1 if a title is that of one of the form's prints."""
    words = ["".join(piece.text for piece in p.title if len(piece.text) > 1).removeprefix("年度") for p in plan.prints]
    return int(any(word and squeeze(word) in title for word in words for title in titles))


def _fit(plan: Plan, match: Match, lines: Sequence[TableLine]) -> Decimal:
    """How well a form's labels fit: each found, less each missing of the prints that occur (a head of the table twice), less each cell left over."""
    used = [print_ for print_ in plan.prints if print_.sheet.id in match.prints]
    wanted = {label for print_ in used for label in print_.labels if label}
    exact = {squeeze(spot.text) for line in lines for spot in line.spots}
    bare = {label for label in match.labels if any(label in text for text in exact)}
    rows = [row for rows in match.rows.values() for row in rows]
    known = {
        (str(level.name), str(group.name))
        for t in plan.form.tables.values()
        for level in t.levels
        for group in level.groups
    }
    strange = sum((row.level1, row.level2) not in known for row in rows)
    heads = {head for print_ in used for head in print_.table_heads}
    used_cells = Decimal(len(match.labels) + len(match.columns)) - Decimal(min(strange, 8)) / 2
    return (
        used_cells
        + Decimal(len(bare)) / 4
        - Decimal(len(wanted - match.labels) + len(heads - match.labels)) / 2
        - Decimal(len(match.unplaced)) / 2
    )


def year_of(lines: Sequence[TableLine], paragraphs: Sequence[Paragraph], name: str) -> int:
    """Return the year a document is about: of its title, its name, or what its text mentions most; 0 if none."""
    titles = [p.text for p in paragraphs if len(squeeze(p.text)) < 60] + [
        spot.text for line in lines for spot in line.spots if len(line.filled) <= 2
    ]
    for text in (*(text for text in titles if "自评" in squeeze(text) or "绩效" in squeeze(text)), *titles[:6], name):
        if (match := _YEAR.search(fold(text).replace(" ", ""))) is not None:
            return int(match[1])
    counts: dict[int, int] = {}
    for text in (*(p.text for p in paragraphs), *(spot.text for line in lines for spot in line.spots)):
        for found in _YEAR.findall(fold(text)):
            counts[int(found)] = counts.get(int(found), 0) + 1
    return max(sorted(counts), key=lambda year: counts[year], default=0)


class _Builder:
    """Puts together what was matched."""

    def __init__(
        self,
        document: Document,
        form: Form,
        match: Match,
        lines: Sequence[TableLine],
        paragraphs: Sequence[Paragraph],
        official: Official,
        year: int,
        name: str,
    ) -> None:
        self.document, self.form, self.match, self.lines, self.paragraphs = document, form, match, lines, paragraphs
        self.official, self.year, self.name = official, year, name
        self.findings: list[Finding] = list(document.findings)
        self.spec = form.spec.official

    def done(self, told: int) -> Recognised:
        readings, findings = readings_of(self.form, self.match)
        if told:
            text = prose.sections(self.form, self.paragraphs) | prose.sentences(self.form, self.paragraphs, self.year)
            table = own_tables.readings(self.form, own_tables.parted(self.form, self.lines)[1], self.year)
            readings = table | text | readings
        self.head(readings)
        roster = self.department(readings)
        issue = self.issue(readings, roster)
        readings |= worded(self.form, issue, readings)
        self.findings.append(self.read_as())
        self.findings += findings
        self.findings += self.unplaced()
        stated = stated_of(self.form, self.match)
        self.written_points(stated)
        self.partial_total(readings, stated)
        filled = FilledForm(issue, MappingProxyType(readings), MappingProxyType(stated))
        self.findings += arithmetic.of_text(self.paragraphs, readings)
        return Recognised(self.places(issue, readings), filled, tuple(self.findings))

    def written_points(self, stated: Mapping[tuple[int, str], Decimal]) -> None:
        """Points other than ours count as they are written, unless the bureau said which form it is."""
        ours = {str(p.id): p for p in self.form.spec.parameters}
        theirs: dict[str, Decimal] = {}
        for (_, ident), value in stated.items():
            if ident in ours and value != ours[ident].value:
                theirs[ident] = value
        if not theirs:
            return
        shown = "、".join(f"{ours[ident].name} {notation.show_number(value, '')}" for ident, value in theirs.items())
        other = None if len(self.official.forms) == 1 else with_parameters(self.form, tuple(sorted(theirs.items())))
        how = "已按表上写的核对" if other is not None else "得分按表样核定"
        self.findings.append(official_notices.OTHER_POINTS.finding(theirs=shown, how=how))
        self.form = other or self.form

    def partial_total(self, readings: dict[Key, Reading], stated: Mapping[tuple[int, str], Decimal]) -> None:
        """A last line out of 90 points adds up the indicators alone: it is not the project's total."""
        total = self.form.ids.get(self.form.spec.scoring.stated, "")
        for (project, ident), value in stated.items():
            if ident == FULL_MARKS and value < self.form.spec.full_marks:
                readings.pop(Key(project, total), None)

    def unplaced(self) -> list[Finding]:
        """What fits nothing, table by table: said, never dropped."""
        by_sheet: dict[str, list[LineCell]] = {}
        for spot in self.match.unplaced:
            by_sheet.setdefault(spot.address.sheet, []).append(spot)
        result = []
        for sheet, spots in by_sheet.items():
            where = "；".join(f"{spot.address.a1}“{squeeze(spot.text)[:16]}”" for spot in spots[:_SHOWN])
            cells = tuple(spot.address.a1 for spot in spots)
            more = " 等" if len(spots) > _SHOWN else ""
            result.append(official_notices.UNPLACED.finding(sheet, cells, count=len(spots), where=where + more))
        return result

    def read_as(self) -> Finding:
        plan = plan_of(self.form)
        wanted = {label for p in plan.prints if p.sheet.id in self.match.prints for label in p.labels if label}
        if len(self.official.forms) == 1:
            why = "按指定的表样"
        elif wanted:
            why = f"表上 {len(wanted & self.match.labels)} 个栏目与它相同" + (
                f"，缺 {len(wanted - self.match.labels)} 个" if wanted - self.match.labels else ""
            )
        else:
            why = "报告的文字与它的提纲相同"
        return official_notices.READ_AS.finding(title=self.form.spec.title, form=self.form.id, why=why)

    def head(self, readings: dict[Key, Reading]) -> None:
        """The year goes into its field; a year other than the one evaluated is said."""
        if self.spec.year and self.year:
            readings[Key(0, self.form.ids[self.spec.year])] = Reading(
                Decimal(self.year), str(self.year), ReadingKind.VALUE
            )
        seen = year_of(self.lines, self.paragraphs, "")
        if self.official.year and seen and seen != self.official.year:
            self.findings.append(official_notices.OTHER_YEAR.finding(theirs=seen, year=self.official.year))

    def department(self, readings: dict[Key, Reading]) -> Issue | None:
        """Whose it is, by ``owner``; what the form itself says where the roster has nobody of that name."""
        ident = self.form.ids.get(self.spec.department_name, "")
        written = readings.get(Key(0, ident))
        own = [_without_code(written.typed)] if written is not None and written.typed else []
        units, superiors = self._named("实施单位"), self._named("主管部门")
        projects = self._named(self.spec.project_name)
        said = OwnerWords(own, units, superiors, projects, [p.text for p in self.paragraphs[:12]], self.name)
        found = owner_of(self.official.departments, said)
        names = (*own, *superiors, *units)
        shown = names[0].strip() if names else ""
        if found is not None:
            if shown and squeeze(found.department_name) not in map(squeeze, names):
                self.findings.append(official_notices.DEPARTMENT.finding(theirs=shown[:40], name=found.department_name))
            shown = found.department_name
        elif self.official.departments:
            close = nearest(self.official.departments, [*names, self.name])
            like = f"，像是“{close}”" if close else ""
            self.findings.append(
                official_notices.UNSURE.finding(theirs=(shown or self.name)[:40] or "（没有写）", like=like)
            )
        shown = shown or _titled(self.lines, self.paragraphs)
        shown = shown[:_NAME]
        self.name_found = shown
        if ident and shown and (written is None or not written.typed):
            readings[Key(0, ident)] = Reading(shown, shown, ReadingKind.VALUE)
        return found

    def _named(self, name: str) -> list[str]:
        """What stands in the cells of a field, ``name`` in the form's words."""
        ident = self.form.ids.get(name, "")
        cells = [taken.spot.text for taken in self.match.taken if ident and taken.piece.field == ident]
        return [_without_code(text) for text in cells if squeeze(text)]

    def issue(self, readings: dict[Key, Reading], roster: Issue | None) -> Issue:
        projects: list[Project] = []
        prefill: dict[Key, Value] = {}
        name_id = self.form.ids.get(self.spec.project_name, "")
        table = next(iter(self.form.project_tables), "")
        for number in range(1, self.match.projects + 1):
            reading = readings.get(Key(number, name_id))
            title = _without_code(reading.typed) if reading else ""
            code, at = "", 0
            if roster is not None:
                at = next(
                    (i for i, p in enumerate(roster.projects, start=1) if squeeze(p.name) == squeeze(title) and title),
                    0,
                )
                if at:
                    code, title = roster.projects[at - 1].code, roster.projects[at - 1].name
                    prefill |= {
                        key._replace(project=number): value
                        for key, value in roster.prefill.items()
                        if key.project == at and not key.row
                    }
                elif title and reading is not None and reading.address is not None:
                    cell = reading.address
                    self.findings.append(
                        official_notices.TWO_PROJECTS.finding(cell.sheet, (cell.a1,), "", title[:40], theirs=title[:40])
                    )
            rows = tuple(self.match.rows.get(number, ()))
            projects.append(Project(code, squeeze(title)[:80], MappingProxyType({table: rows} if table else {})))
        return Issue(
            form=str(self.form.id),
            version=str(self.form.spec.version),
            year=self.year,
            department=roster.department if roster else "",
            department_name=self.name_found,
            issue_id="",
            projects=tuple(projects),
            prefill=MappingProxyType({k: v for k, v in prefill.items() if k in readings}),
        )

    def places(self, issue: Issue, readings: Mapping[Key, Reading]) -> OfficialPlaces:
        cells = places_of(readings)
        titles = dict.fromkeys(item.address.sheet for item in self.document.items if isinstance(item, Paragraph))
        titles |= dict.fromkeys(spot.address.sheet for line in self.lines for spot in line.spots)
        titles |= dict.fromkeys(address.sheet for address in cells.values())
        plan = plan_of(self.form)
        printed = {
            piece.field
            for p in plan.prints
            for slot in (*p.slots, *p.table)
            for piece in slot.pieces
            if piece.field and self.form.fields[piece.field].field.is_input
        }
        shown = {
            ident
            for p in plan.prints
            for slot in p.table
            for piece in slot.pieces
            if piece.shown
            for ident in piece.shown
            if ident
        }
        doubtful = {
            (project, piece.field)
            for project, sheet in self.match.doubtful
            for p in plan.prints
            if p.sheet.id == sheet
            for slot in p.slots
            if slot.head and slot.row in {row for row, _ in p.fixed}
            for piece in slot.pieces
        }
        return OfficialPlaces(
            self.form,
            issue,
            MappingProxyType(cells),
            tuple(titles),
            frozenset(printed | shown),
            prose.fields_told(self.form),
            frozenset(doubtful),
        )


def _without_code(name: str) -> str:
    """A name without the code before it: 219001-某镇人民政府."""
    return _CODE.sub("", name.strip())


def _titled(lines: Sequence[TableLine], paragraphs: Sequence[Paragraph]) -> str:
    """The name before the year in a title: 某县某局2022年度部门整体支出绩效自评报告."""
    for title in _titles(lines, paragraphs)[:8]:
        match = _OWNER.match(title)
        if match is not None:
            return match[1]
    return ""
