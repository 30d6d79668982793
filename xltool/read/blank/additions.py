"""What a paper has and its base has not: fields, rows and columns of figures, columns of the table of indicators.

Imports ``likeness``, ``printed_words``. Every one is named after its label, guessed, and told to whoever has to decide.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xltool.form.definition.model import FieldType, GridBlock, InputSheet
from xltool.read.blank.likeness import Likeness
from xltool.read.blank.printed_words import Guess, guess, label_text, named

YamlEntry = dict[str, object]
_FALLBACK = "补充栏"


@dataclass(slots=True)
class Additions:
    """Collected while the rows are laid out; ``told``: what was added, for people."""

    one: Likeness
    fields: list[YamlEntry] = field(default_factory=list)
    grid_rows: dict[str, list[YamlEntry]] = field(default_factory=dict)
    grid_columns: dict[str, list[YamlEntry]] = field(default_factory=dict)
    columns: list[YamlEntry] = field(default_factory=list)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    units: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Names of the base are taken."""
        form = self.one.form
        self.names |= {*form.ids, *form.ids.values(), *(str(p.name) for p in form.spec.parameters)}

    def name(self, label: str) -> str:
        """A name that is free, taken from now on."""
        name = named(label, self.names, _FALLBACK)
        self.names.add(name)
        return name

    def plain(self, label: str, where: str, words: tuple[str, ...] = (), wide: bool = False) -> tuple[str, Guess]:
        """Add a field beside a label; return its name and kind. ``words``: to choose from; ``wide``: there is much room."""
        name, kind = self.name(label), Guess(_several(label)) if words else guess(label)
        if wide and kind.type is FieldType.TEXT:
            kind = Guess(FieldType.LONG, lines=3)
        entry: YamlEntry = {"id": f"paper_{len(self.fields) + 1}", "name": name}
        if label_text(label) != name:
            entry["label"] = label_text(label)
        if words:
            self.lists[name] = words
            entry["choices"] = name
        self.fields.append(entry | self._kind(kind))
        self.told.append(f"{where}“{label_text(label)}”：新栏目“{name}”，{_in_words(kind)}")
        return name, kind

    def row(self, grid: GridBlock, after: str, label: str, where: str) -> str:
        """Add a row of figures behind another; return its name."""
        rows = self.grid_rows.setdefault(grid.grid, [])
        name = self.name(label)
        entry: YamlEntry = {"id": f"paper_row_{len(rows) + 1}", "after": after, "name": name}
        rows.append(entry | ({"label": label_text(label)} if label_text(label) != name else {}))
        self.names |= {f"{name}{column.name}" for column in grid.columns}
        self.told.append(f"{where}“{label_text(label)}”：资金表新增一行“{name}”")
        return name

    def column(self, grid: GridBlock, after: str, label: str, where: str) -> str:
        """Add a column of figures behind another; return its name."""
        columns = self.grid_columns.setdefault(grid.grid, [])
        kind = guess(label)
        unit = kind.unit or next((str(c.unit) for c in grid.columns if c.unit), "")
        name = self.name(label)
        entry: YamlEntry = {"id": f"paper_column_{len(columns) + 1}", "after": after, "name": name}
        entry |= {"label": label_text(label)} if label_text(label) != name else {}
        columns.append(entry | self._unit(unit))
        self.names |= {f"{row.name}{name}" for row in grid.rows}
        self.told.append(f"{where}“{label_text(label)}”：资金表新增一列“{name}”，单位 {unit or '没有'}")
        return name

    def table_column(self, label: str, after: str, where: str) -> tuple[str, Guess]:
        """Add a column of the table of indicators behind another."""
        name, kind = self.name(label), guess(label)
        kind = kind if kind.type in (FieldType.NUMBER, FieldType.DATE) else Guess(kind.type)
        entry: YamlEntry = {"id": f"paper_column_{len(self.columns) + 1}", "after": after, "name": name}
        entry |= {"label": label_text(label)} if label_text(label) != name else {}
        self.columns.append(entry | self._kind(kind))
        self.told.append(f"{where}“{label_text(label)}”：指标表新增一列“{name}”，{_in_words(kind)}")
        return name, kind

    def _kind(self, kind: Guess) -> YamlEntry:
        entry: YamlEntry = {} if kind.type is FieldType.TEXT else {"type": kind.type.value}
        entry |= {"lines": kind.lines} if kind.lines > 1 else {}
        return entry if kind.type is FieldType.DATE else entry | self._unit(kind.unit)

    def _unit(self, unit: str) -> YamlEntry:
        if unit and unit not in self.one.form.spec.units:
            self.units.add(unit)
        return {"unit": unit} if unit else {}


def _several(label: str) -> FieldType:
    """Whether one or more of the words may be ticked."""
    return FieldType.MULTIPLE if "多选" in label else FieldType.CHOICE


def _in_words(kind: Guess) -> str:
    if kind.type is FieldType.DATE:
        return "日期"
    words = {
        FieldType.NUMBER: "数字",
        FieldType.LONG: "长文字",
        FieldType.CHOICE: "从清单选",
        FieldType.MULTIPLE: "从清单选，可以选几个",
    }
    return words.get(kind.type, "文字") + (f"，单位 {kind.unit}" if kind.unit else "")


def grid_of(one: Likeness, ident: str) -> tuple[GridBlock, str, str] | None:
    """The grid a field is a cell of, with its row and column; None for any other field."""
    name, _, rest = ident.partition(".")
    row, _, column = rest.partition(".")
    for sheet in one.form.spec.sheets:
        for block in sheet.blocks:
            if isinstance(block, GridBlock) and block.grid == name and not block.items and column:
                return block, row, column
    return None


def sheet_of(one: Likeness) -> InputSheet:
    """The sheet new fields go to: the one most of the paper's fields are on, of the print's kind."""
    idents = [piece.field for pieces in one.taken.values() for piece in pieces if piece.field in one.form.fields]
    sheets = [one.form.fields[ident].sheet for ident in idents]
    fitting = [sheet for sheet in sheets if sheet.per is one.print.sheet.per]
    every = [sheet for sheet in one.form.spec.sheets if sheet.per is one.print.sheet.per]
    ids = [str(sheet.id) for sheet in fitting] or [str(every[-1].id)]
    best = max(sorted(set(ids)), key=ids.count)
    return next(sheet for sheet in every if sheet.id == best)
