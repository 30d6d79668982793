"""Figures and texts of a report: its sections by their headings, its sentences by the words before each figure.

Imports ``fill``, ``labels``. The sentences are those of the form (``official.sentences``), read tolerantly: what stands
between two figures may be said in any words the form lists, in any order of clauses, or be missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from xltool import notation
from xltool.engine.filled import Reading, ReadingKind, read_value
from xltool.form import Form, Key
from xltool.form.definition.model import Field
from xltool.form.definition.official import Sentence
from xltool.form.definition.paper import GAP
from xltool.form.layout.workbook_layout import Address
from xltool.read.official.fill import YUAN, number_or_text
from xltool.read.official.labels import Vocabulary, label_of, squeeze
from xltool.read.tables.grid import Paragraph

_RANKS = (
    re.compile(r"[一二三四五六七八九十]+[、.．]"),
    re.compile(r"[(（][一二三四五六七八九十]+[)）]"),
    re.compile(r"[0-9]{1,2}[.．、](?![0-9])"),
)
_FIGURE = re.compile(
    r"(?P<figure>-?[0-9]+(?:[,，][0-9]{3})*(?:\.[0-9]+)?)(?P<unit>万元|亿元|千元|元|%|％|人次|人|名|个|户|件|辆|项|平方米)?"
)
_DROPPED = re.compile(r"[\s　“”\"‘’'《》]|[(（][^()（）0-9]{1,6}[)）]")
_SAID = re.compile(r"\{([^{}]+)\}")
_BETWEEN = r"[^0-9，。；：,;:]{0,10}?[:：]?"
_TITLE = re.compile(r".{0,30}(?:自评|评价)[^。，]{0,8}表")
_COUNTS = frozenset(("人", "名", "个", "件", "户", "辆", "项", "人次"))
_SLIP = Decimal(100)
"""So few 元 in a report of 万元 are 万元 with a character missing; more are 元 and converted."""


@dataclass(frozen=True, slots=True)
class BareParagraph:
    """A paragraph without blanks, quotes and short brackets, with the way back to its own characters."""

    text: str
    origin: tuple[int, ...]
    paragraph: Paragraph

    def own(self, first: int, last: int) -> str:
        """The paragraph's own characters from ``first`` to ``last`` (exclusive)."""
        return self.paragraph.text[self.origin[first] : self.origin[last - 1] + 1] if last > first else ""


def told(paragraph: Paragraph) -> BareParagraph:
    """Return a paragraph made ready for looking through."""
    text = paragraph.text
    dropped = {at for match in _DROPPED.finditer(text) for at in range(*match.span())}
    kept = [at for at in range(len(text)) if at not in dropped]
    folded = "".join(notation.fold(text[at]) or text[at] for at in kept)
    return BareParagraph(
        folded if len(folded) == len(kept) else "".join(text[at] for at in kept), tuple(kept), paragraph
    )


def sections(form: Form, paragraphs: Sequence[Paragraph]) -> dict[Key, Reading]:
    """Return the texts that stand under the headings of the form's sections."""
    result: dict[Key, Reading] = {}
    open_: list[tuple[int, str, list[str], Address]] = []
    # 填表人：…　联系电话：… at the end belongs to no section, least of all to one that is published.
    signing = tuple(f"{squeeze(name)}:" for name in form.spec.report.internal)
    for paragraph in paragraphs:
        rank, rest = _numbered(paragraph.text)
        found = next(
            (
                (s.field, after)
                for s in form.spec.official.sections
                for h in s.headings
                if (after := _after(rest, h)) is not None
            ),
            None,
        )
        plain = squeeze(paragraph.text)
        if _TITLE.fullmatch(plain) or plain.replace("：", ":").startswith(signing):
            open_ = []  # the form itself begins
            continue
        if rank < len(_RANKS) or found:
            open_ = [item for item in open_ if item[0] < rank]
        for _, _, lines, _ in open_:
            lines.append(paragraph.text.strip())
        if found:
            ident = form.ids[found[0]]
            lines = [found[1]] if found[1] else []
            address = paragraph.address
            outer = next((item for item in open_ if item[1] == ident), None)
            if (
                outer is not None and rank < len(_RANKS) and not found[1]
            ):  # 四、存在的问题及改进措施, then （一）存在的问题
                open_.remove(outer)
                del result[Key(0, ident)]
            if Key(0, ident) not in result:
                open_.append((rank, ident, lines, address))
                result[Key(0, ident)] = Reading(address=address)
        for index, (_, ident, lines, address) in enumerate(open_):
            if lines:
                text = "\n".join(lines)
                key = Key(0, ident)
                where = (
                    result[key].address
                    if result[key].typed
                    else (address if found and index == len(open_) - 1 else paragraph.address)
                )
                result[key] = replace(read_value(form.fields[ident].field, text, where), typed=text)
    return {key: reading for key, reading in result.items() if reading.typed}


def _numbered(text: str) -> tuple[int, str]:
    """The rank of a paragraph's number (0: 一、, 1: （一）, 2: 1.), and the text behind it."""
    plain = text.strip()
    for rank, pattern in enumerate(_RANKS):
        if (match := pattern.match(plain)) is not None:
            return rank, plain[match.end() :].strip()
    return len(_RANKS), plain


def _after(text: str, heading: str) -> str | None:
    """What follows a heading in its own paragraph, None if the paragraph does not begin with it."""
    wanted, at = squeeze(heading), 0
    for index, char in enumerate(text):
        plain = squeeze(char)
        if not plain:
            continue
        if at == len(wanted):
            return re.sub(r"^[(（][^()（）]*[)）]", "", text[index:].strip()).lstrip("。：:，,;； ")
        if plain != wanted[at]:
            return None
        at += 1
    return "" if at == len(wanted) else None


@dataclass(frozen=True, slots=True)
class _Part:
    """The words before a field, all ways to write them, longest first."""

    words: tuple[str, ...]
    ident: str


@lru_cache(maxsize=32)
def _words(form: Form) -> Vocabulary:
    return Vocabulary(form.spec.official.aliases)


@lru_cache(maxsize=32)
def _all_parts(form: Form) -> tuple[tuple[_Part, ...], ...]:
    return tuple(_parts(form, sentence) for sentence in form.spec.official.sentences)


def _parts(form: Form, sentence: Sentence) -> tuple[_Part, ...]:
    words = _words(form)
    pieces = _SAID.split(str(sentence.say))
    result = []
    for before, name in zip(pieces[::2], pieces[1::2], strict=False):
        phrase = re.split(r"[，。；：、,;:]", before)[-1]
        phrase = label_of(re.sub(r"^(万元|%|人|个|名|元)", "", phrase).replace("其中", ""))
        ways = {phrase, *words.meant(phrase)} if phrase else set()
        result.append(_Part(tuple(sorted(ways, key=lambda way: (-len(way), way))), form.ids[name]))
    return tuple(result)


def sentences(form: Form, paragraphs: Sequence[Paragraph], year: int) -> dict[Key, Reading]:
    """Return what the report's sentences say of the fields, at their paragraph."""
    result: dict[Key, Reading] = {}
    ready = [told(paragraph) for paragraph in paragraphs]
    for sentence, parts in zip(form.spec.official.sentences, _all_parts(form), strict=True):
        texts = any(not form.fields[part.ident].field.is_number for part in parts)
        for item in ready:
            found = _whole(form, sentence, item) if texts else _in_order(form, parts, item, year, sentence.exact)
            new = {key: reading for key, reading in found if key not in result}
            if found and new:
                for name, value in sentence.implies.items():
                    key = Key(0, form.ids[name])
                    reading = read_value(form.fields[key.id].field, value, item.paragraph.address)
                    new.setdefault(key, replace(reading, typed=value, note=""))
                result |= {key: reading for key, reading in new.items() if key not in result}
                break
    return result


def _in_order(
    form: Form, parts: Sequence[_Part], item: BareParagraph, year: int, exact: bool = False
) -> list[tuple[Key, Reading]]:
    """The figures behind their words, one after the other; without the first there is no such sentence here.

    ``exact``: nor without any other of them, and nothing else stands between words and figure.
    """
    found: list[tuple[Key, Reading]] = []
    at, end = 0, len(item.text)
    for number, part in enumerate(parts):
        others = [word for other in parts if other is not part for word in other.words]
        match = _behind(item.text, part.words, at, end, year, "" if exact else _BETWEEN, others)
        if match is None and number == 0 and not exact and (gap := _gap_behind(item.text, part.words)):
            at = gap  # the sentence is there, its first figure is still missing
        elif match is None:
            if number == 0 or exact:
                return []
            continue
        if number == 0:
            at = match.end() if match is not None else at
            stop = item.text.find("。", at)
            end = stop if stop >= 0 else end
        if match is None:
            continue
        field = form.fields[part.ident].field
        found.append((Key(0, part.ident), _figure(field, item, match)))
        at = match.end()
    return found


def _gap_behind(text: str, words: Sequence[str]) -> int:
    """Where a missing figure behind one of the words ends, 0 if there is none."""
    return max((text.find(f"{word}{GAP}") + len(word) + 1 for word in words if f"{word}{GAP}" in text), default=0)


def _behind(
    text: str,
    words: Sequence[str],
    at: int,
    end: int,
    year: int,
    between: str = _BETWEEN,
    others: Sequence[str] = (),
) -> re.Match[str] | None:
    """The first figure behind one of the words; not one of another year, nor behind longer words that mean another field.

    ``others``: the words of the sentence's other figures: 财政供养在职 is not 在职.
    """
    pattern = (
        re.compile("(?P<word>" + "|".join(map(re.escape, words)) + ")" + between + _FIGURE.pattern)
        if words
        else _FIGURE
    )
    for match in pattern.finditer(text, at, end):
        if words and any(
            len(other) > len(match["word"]) and text.endswith(other, 0, match.end("word")) for other in others
        ):
            continue
        before = text[max(0, match.start() - 8) : match.start()]
        if not any(word in before or word in match[0] for word in ("上年", "去年", "比上", "较上", f"{year - 1}年")):
            return match
    return None


def _figure(field: Field, item: BareParagraph, match: re.Match[str]) -> Reading:
    """A figure with its unit as a field's reading."""
    address = item.paragraph.address
    typed = item.own(match.start("figure"), match.end())
    figure, unit = match["figure"], match["unit"] or ""
    number = notation.read_number(figure, "").value
    if number is None:
        return number_or_text(field, typed, address)
    if unit in ("元", "千元", "亿元") and field.unit == "万元":
        if number == 0:
            return Reading(Decimal(0), typed, ReadingKind.VALUE, "", "", address)
        if unit != "元" or number >= _SLIP:
            value = number * {"元": 1, "千元": 1000, "亿元": 100_000_000}[unit] / YUAN
            return Reading(
                value, typed, ReadingKind.VALUE, f"按 {notation.show_number(value, '')} 万元读取", "", address
            )
    if unit in _COUNTS and field.unit in _COUNTS:
        typed = typed.removesuffix(unit)
        return Reading(number, item.own(match.start("figure"), match.end()), ReadingKind.VALUE, "", "", address)
    reading = number_or_text(field, typed, address)
    return replace(reading, note="") if unit == field.unit or unit == "" else reading


def _whole(form: Form, sentence: Sentence, item: BareParagraph) -> list[tuple[Key, Reading]]:
    """A sentence with texts in it, matched as a whole."""
    pieces = _SAID.split(str(sentence.say))
    words = _words(form)
    pattern = ""
    for index, piece in enumerate(pieces):
        if index % 2:
            figure = form.fields[form.ids[piece]].field.is_number
            last = index == len(pieces) - 2 and not pieces[-1].strip("。")
            pattern += r"([0-9]+)" if figure else (r"([^。]+)" if last else r"([^，。；：]+?)")
        elif plain := squeeze(piece).strip("。"):
            ways = sorted({plain, *words.meant(plain)}, key=lambda way: (-len(way), way))
            pattern += "(?:" + "|".join(map(re.escape, ways)) + ")"
    match = re.search(pattern, item.text)
    if match is None:
        return []
    result = []
    for number, name in enumerate(pieces[1::2], start=1):
        field = form.fields[form.ids[name]].field
        typed = item.own(*match.span(number))
        if typed == GAP:
            continue
        reading = number_or_text(field, typed, item.paragraph.address)
        result.append((Key(0, field.id), reading))
    return result


def fields_told(form: Form) -> frozenset[str]:
    """Return the fields that the report's text may tell."""
    official = form.spec.official
    names = [section.field for section in official.sections]
    names += [
        name for sentence in official.sentences for name in (*_SAID.findall(str(sentence.say)), *sentence.implies)
    ]
    return frozenset(form.ids[name] for name in names)


def hits(form: Form, paragraphs: Sequence[Paragraph], year: int) -> int:
    """Return how many fields of the form the text tells: whether this is the form's report."""
    return len(sections(form, paragraphs)) + len(sentences(form, paragraphs, year))
