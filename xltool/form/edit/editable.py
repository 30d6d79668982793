"""What of a form may be changed by people who own its rules: parameters, word lists, wording, rules; each entry with its value.

Read from the definitions as they are written, before texts are filled in, so {参数} in a text stays. Imports ``splice``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from xltool.findings import Severity
from xltool.form.definition.extend import REMOVE
from xltool.form.definition.model import FieldType, Where
from xltool.form.edit.splice import Way, YamlValue, name_of, value_of

TRUE, FALSE = "true", "false"


class Takes(StrEnum):
    """What may be typed."""

    TEXT = "text"
    NUMBER = "number"
    WORDS = "words"
    TRUTH = "truth"
    SEVERITY = "severity"


class EditPart(StrEnum):
    """What is changed together, the sheets of the workbook."""

    ABOUT = "基本情况"
    PARAMETERS = "参数"
    LISTS = "清单"
    BLOCKS = "表和块"
    FIELDS = "栏目"
    RULES = "规则"


@dataclass(frozen=True, slots=True)
class Editable:
    """One value under ``key`` of the record at ``way``; what is not written is ``""``, a truth value that is not, false.

    ``inherited``: what the form it extends says there, None if the record is the form's own. ``needed``: it cannot be blank.
    """

    way: Way
    key: str
    takes: Takes
    now: YamlValue
    inherited: YamlValue | None
    needed: bool = False


@dataclass(frozen=True, slots=True)
class EditLine:
    """One record that people see as a line: its id, its name, what else is told of it, and its entries.

    ``off_by_removal``: an inherited rule that the form removed; it can only be taken up again.
    """

    part: EditPart
    ident: str
    name: str
    entries: Mapping[str, Editable]
    told: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    off_by_removal: bool = False


OFF = "off"
_TYPES = {
    FieldType.TEXT: "文字",
    FieldType.LONG: "长文字",
    FieldType.NUMBER: "数",
    FieldType.CHOICE: "选择",
    FieldType.DATE: "日期",
    FieldType.MULTIPLE: "选择（可以几个）",
    FieldType.LEVEL1: "一级指标",
    FieldType.LEVEL2: "二级指标",
}
_WHERE = {
    Where.BOTH: "",
    Where.BUREAU: "只给财政局看",
    Where.WORKBOOK: "只看下发的工作簿",
    Where.OFFICIAL: "只看单位自己的正式表",
}
_ABOUT = {"version": "版本", "title": "名称", "region": "地区", "source": "依据"}
SEVERITIES = tuple(map(str, Severity))


def lines_of_form(own: Node | None, base: Node | None, merged: Node | None) -> tuple[EditLine, ...]:
    """Return everything that may be changed, in the order of the form.

    Args:
        own: the definition as it stands in the form's own file.
        base: the definition it extends, composed; None if it extends none.
        merged: both, composed.
    """
    reader = _Reader(own, base, merged)
    return (*reader.about(), *reader.parameters(), *reader.lists(), *reader.sheets(), *reader.rules())


class _Reader:
    def __init__(self, own: Node | None, base: Node | None, merged: Node | None) -> None:
        self.own, self.base, self.merged = own, base, merged
        self._found: dict[tuple[int, Way], Node | None] = {}
        self._names: dict[int, dict[str, Node]] = {}

    def find(self, root: Node | None, way: Way) -> Node | None:
        """As ``follow``, which would go through a list once for each of its records."""
        if not way:
            return root
        place = (id(root), way)
        if place not in self._found:
            holder, step = self.find(root, way[:-1]), way[-1]
            if isinstance(holder, SequenceNode):
                if id(holder) not in self._names:
                    self._names[id(holder)] = dict(reversed([*_records(holder)]))
                self._found[place] = self._names[id(holder)].get(step)
            else:
                self._found[place] = value_of(holder, step)
        return self._found[place]

    def entry(self, way: Way, key: str, takes: Takes = Takes.TEXT, needed: bool = False) -> Editable:
        record, inherited = self.find(self.merged, way), self.find(self.base, way)
        now = _written(value_of(record, key), takes)
        return Editable(
            way, key, takes, now, None if inherited is None else _written(value_of(inherited, key), takes), needed
        )

    def open(self, way: Way) -> bool:
        """Whether a record can be changed: it stands in the own file, or every list on the way to it merges by names."""
        if self.find(self.own, way) is not None:
            return True
        lists = (self.find(self.base, way[:at]) for at in range(len(way)))
        return all(all(name_of(item)[1] for item in node.value) for node in lists if isinstance(node, SequenceNode))

    def about(self) -> Iterator[EditLine]:
        for key, name in _ABOUT.items():
            yield EditLine(EditPart.ABOUT, key, name, {"value": self.entry((), key, needed=True)})

    def parameters(self) -> Iterator[EditLine]:
        for ident, record in _records(value_of(self.merged, "parameters")):
            way = ("parameters", ident)
            entries = {
                "value": self.entry(way, "value", Takes.NUMBER, needed=True),
                "source": self.entry(way, "source", needed=True),
            }
            yield EditLine(EditPart.PARAMETERS, ident, _text(record, "name"), entries, {"unit": _text(record, "unit")})

    def lists(self) -> Iterator[EditLine]:
        node = value_of(self.merged, "lists")
        for key, _ in node.value if isinstance(node, MappingNode) else ():
            way = ("lists", str(key.value))
            entries = {"words": self.entry(way, "words", Takes.WORDS, needed=True), "source": self.entry(way, "source")}
            yield EditLine(EditPart.LISTS, way[1], "", entries)

    def sheets(self) -> Iterator[EditLine]:
        fields: list[EditLine] = []
        for sheet, record in _records(value_of(self.merged, "sheets")):
            way: Way = ("sheets", sheet)
            title = _text(record, "title")
            head = {"title": self.entry(way, "heading", needed=True), "note": self.entry(way, "note")}
            yield EditLine(EditPart.BLOCKS, sheet, title, head, {"kind": "表"})
            for name, block in _records(value_of(record, "blocks")):
                inner: Way = (*way, "blocks", name)
                if not self.open(inner):
                    continue
                entries = {"title": self.entry(inner, "title"), "note": self.entry(inner, "note")}
                yield EditLine(EditPart.BLOCKS, f"{sheet}/{name}", title, entries, {"kind": "块"})
                told = {"sheet": title, "block": _text(block, "title")}
                for kind in ("fields", "columns", "rows"):
                    fields += self.fields((*inner, kind), f"{sheet}/{name}", value_of(block, kind), told)
        yield from fields

    def fields(self, way: Way, place: str, node: Node | None, told: Mapping[str, str]) -> Iterator[EditLine]:
        for ident, record in _records(node):
            here: Way = (*way, ident)
            if _text(record, "hidden") == TRUE or not self.open(here):
                continue
            axis = way[-1] == "rows" or value_of(self.find(self.merged, way[:-1]), "rows") is not None
            entries = {"label": self.entry(here, "label"), "prompt": self.entry(here, "prompt")}
            computed = bool(_text(record, "compute")) or _text(record, "type") in (FieldType.LEVEL1, FieldType.LEVEL2)
            if not computed:
                entries["required"] = self.entry(here, "required", Takes.TRUTH)
            kind = _text(record, "type") or (FieldType.NUMBER if axis else FieldType.TEXT)
            if kind == FieldType.NUMBER and not axis and not computed:
                entries["minimum"] = self.entry(here, "minimum", Takes.NUMBER)
                entries["maximum"] = self.entry(here, "maximum", Takes.NUMBER)
            sort = {"rows": "表格的行", "columns": "表格的列"}.get(way[-1], "") if axis else _TYPES[FieldType(kind)]
            extra = [sort, "算出来的" if computed else "", _text(record, "unit"), _text(record, "choices")]
            told_here = {**told, "kind": "，".join(part for part in extra if part)}
            ident_shown = f"{place}/{way[-1]}/{ident}" if axis else f"{place}/{ident}"
            yield EditLine(EditPart.FIELDS, ident_shown, _text(record, "name"), entries, told_here)

    def rules(self) -> Iterator[EditLine]:
        known = [ident for ident, _ in _records(value_of(self.merged, "rules"))]
        for ident in known:
            yield self.rule(ident, self.merged)
        for ident, _ in _records(value_of(self.base, "rules")):
            own = self.find(self.own, ("rules", ident))
            if ident not in known and _text(own, REMOVE) == TRUE:
                yield self.rule(ident, self.base)

    def rule(self, ident: str, source: Node | None) -> EditLine:
        way = ("rules", ident)
        record = self.find(source, way)
        told = {
            "on": _WHERE.get(Where(_text(record, "where") or Where.BOTH), ""),
            "when": _text(record, "when"),
            "expect": _text(record, "expect"),
        }
        removed = source is not self.merged
        off = Editable(way, OFF, Takes.TRUTH, TRUE, FALSE) if removed else self.entry(way, OFF, Takes.TRUTH)
        entries = {OFF: off}
        if not removed:
            entries |= {
                "severity": self.entry(way, "severity", Takes.SEVERITY, needed=True),
                "say": self.entry(way, "say", needed=True),
                "do": self.entry(way, "do", needed=True),
                "source": self.entry(way, "source", needed=True),
                "several": self.entry(way, "several"),
            }
        return EditLine(EditPart.RULES, ident, _text(record, "name"), entries, told, removed)


def _records(node: Node | None) -> Iterator[tuple[str, Node]]:
    if isinstance(node, SequenceNode):
        yield from ((name, item) for item in node.value if (name := name_of(item)[1]))


def _text(node: Node | None, key: str) -> str:
    value = value_of(node, key)
    return str(value.value) if isinstance(value, ScalarNode) else ""


def _written(node: Node | None, takes: Takes) -> YamlValue:
    if takes is Takes.WORDS:
        items = node.value if isinstance(node, SequenceNode) else [] if node is None else [node]
        return tuple(str(item.value) for item in items)
    text = str(node.value) if isinstance(node, ScalarNode) else ""
    return text or (FALSE if takes is Takes.TRUTH else "")
