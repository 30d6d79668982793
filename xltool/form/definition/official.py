"""How others write a form: the words by which an official form or a report that nobody of us laid out is read.

Part of ``form.definition.model``; ``form.compiled.compiler`` checks the names. Everything a place says differently is data here, nothing is code.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from xltool.expr import Symbol

TYPED, TYPED_ID = "所填", "typed:"
"""所填执行率: what stands in the cell of a computed field or a printed parameter of an official form."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: the words of its heading, and the field that holds its whole text."""

    id: str
    headings: tuple[str, ...]
    field: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the report with ``{field}`` where a figure or text stands.

    ``implies``: what the sentence says of other fields by being written this way (one figure for two items). ``exact``: it is
    there only with all its figures, each right behind its own words.
    """

    id: str
    say: str
    exact: bool = False
    implies: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class OfficialForm:
    """How others write this form: read by the inverse of ``prints``, with the words kept here.

    ``aliases``: a label of ``prints`` or words of a sentence → other words for it. ``columns``: columns some tables
    (of indicators, or of amounts) have beside those of ``prints``, ``labels``: labels with a value beside them, ``ignored``: beginnings of texts that are
    no content. ``reasons``: labels of a box outside the table that gives the reason for all its rows. ``department``: labels of
    the department's name. ``weights``: rows of figures whose points, where a column
    for them is added, are a parameter. ``project_name``, ``year`` …: which field says what.
    """

    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    ignored: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    department_name: str = ""
    department_code: str = ""
    year: str = ""
    project_name: str = ""
    grade: str = ""
    weights: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sections: tuple[Section, ...] = ()
    sentences: tuple[Sentence, ...] = ()


def unknown_names(official: OfficialForm, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the names that are no fields of the form: the text at whose line to tell, and what."""
    names = [*official.columns.values(), *official.labels.values(), *official.weights.values()]
    names += [official.department_name, official.department_code, official.year, official.project_name, official.grade]
    names += [section.field for section in official.sections]
    names += [name for sentence in official.sentences for name in sentence.implies]
    yield from ((name, f"official 里的“{name}”不是本表的栏目") for name in names if name and name not in known)
    for sentence in official.sentences:
        for name in re.findall(r"\{([^{}]*)\}", sentence.say):
            if name not in known:
                yield sentence.say, f"official 的句子“{sentence.id}”里的“{name}”不是本表的栏目"


def typed_symbols(symbols: Mapping[str, Symbol], computed: Collection[str]) -> dict[str, Symbol]:
    """Return the names under which a rule asks for what stands in the cell of a computed field or a parameter."""
    named = {s.name: s for s in symbols.values() if s.id in computed or s.constant is not None}
    return {
        f"{TYPED}{name}": replace(symbol, id=f"{TYPED_ID}{symbol.id}", name=f"{TYPED}{name}", constant=None)
        for name, symbol in named.items()
    }
