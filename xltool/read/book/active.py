"""What in a workbook acts by itself: runs code, fetches something, or leads out of the file. The one place that decides.

Imports nothing of ours. Decided by the type of a relationship, the content type, the first bytes of a part and the text of a
formula, never by a part's name: a renamed vbaProject is still one. Reading reports what is found (GF17, GF18); a marked
copy, which the bureau sends on, is written without it. A newcomer would look for ``vbaProject.bin``.

What a person clicks and sees where it leads (https, http, mailto, a place in the same workbook) stays: nothing happens
by itself. A click that opens a file or a network share sends the user's Windows name and password hash there, so those
links count as active.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from xml.parsers import expat

MACRO, MACRO_SHEET, CONTROL, EMBEDDED, FORM_CONTROL, DATA, DDE, RIBBON, ADD_IN, TEMPLATE, OUTSIDE, LINK, FORMULA = (
    "宏",
    "宏表",
    "ActiveX 控件",
    "嵌入的文件",
    "窗体控件",
    "数据连接",
    "DDE 连接",
    "自定义功能区",
    "网页加载项",
    "外部模板",
    "文件外的图片或内容",
    "指向共享文件夹或本机文件的链接",
    "会连到文件外的公式",
)
EXTERNAL_BOOK: Final = "外部链接"
"""A link to another workbook; reading names it under GF17."""

HARMLESS: Final = frozenset([FORM_CONTROL])
"""Reported, but nothing without a macro: stays in a marked copy."""

_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "vbaproject": MACRO,
        "vbaprojectsignature": MACRO,
        "vbaprojectsignatureagile": MACRO,
        "vbaprojectsignaturev3": MACRO,
        "wordvbadata": MACRO,
        "xlmacrosheet": MACRO_SHEET,
        "xlintlmacrosheet": MACRO_SHEET,
        "dialogsheet": MACRO_SHEET,
        "control": CONTROL,
        "activexcontrolbinary": CONTROL,
        "oleobject": EMBEDDED,
        "package": EMBEDDED,
        "ctrlprop": FORM_CONTROL,
        "connections": DATA,
        "querytable": DATA,
        "volatiledependencies": DATA,
        "powerpivotdata": DATA,
        "extensibility": RIBBON,
        "usercustomization": RIBBON,
        "attachedtoolbars": RIBBON,
        "webextension": ADD_IN,
        "webextensiontaskpanes": ADD_IN,
        "attachedtemplate": TEMPLATE,
        "externallink": EXTERNAL_BOOK,
    }
)
_CONTENT_TYPES: Final = (
    ("vbaproject", MACRO),
    ("macrosheet", MACRO_SHEET),
    ("dialogsheet", MACRO_SHEET),
    ("activex", CONTROL),
    ("oleobject", EMBEDDED),
    ("customui", RIBBON),
    ("attachedtoolbars", RIBBON),
    ("webextension", ADD_IN),
    ("externallink", EXTERNAL_BOOK),
    ("querytable", DATA),
    ("connections+xml", DATA),
)
_OLE, _EXE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"MZ", b"PK\x03\x04"
HEAD = 8
"""Bytes of a part that tell what it is."""

_NAMES: Final = (
    ("vbaproject", MACRO),
    ("activex/", CONTROL),
    ("embeddings/", EMBEDDED),
    ("ctrlprops/", FORM_CONTROL),
    ("macrosheets/", MACRO_SHEET),
    ("xl/connections", DATA),
    ("querytables/", DATA),
)
"""A name proves nothing, but one that says what it is may be believed."""

_CLICKED: Final = re.compile(r"(?:https?://(?![\\/])|mailto:|#)", re.IGNORECASE)
_OUTSIDE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*+:|[\\/]{2}")
_TOKEN: Final = re.compile(r""" "[^"]*+"? | '[^']*+'? | [^"']++ """, re.VERBOSE)
_ACTS: Final = re.compile(
    r"(?<![A-Za-z0-9_])(?:WEBSERVICE|IMAGE|RTD|DDE|DDEINITIATE|CALL|REGISTER|REGISTER\.ID|EXEC|SQL\.REQUEST|PY|"
    r"STOCKHISTORY|IMPORT(?:DATA|XML|HTML|FEED|RANGE)|CUBE[A-Z]++)\s*+\("
    r"|(?<![A-Za-z0-9_])HYPERLINK\s*+\((?!\s*+\"#)",
    re.IGNORECASE,
)
_BOOK: Final = re.compile(r"(?<![\w.\]\[)])\[[^\[\]]")  # behind a name it is a column of a table
_WORD: Final = re.compile(r"[\w.\\?]++")
# A part without any of these has no formula of interest, however it is written: most sheets are not parsed for them. Each
# with letters that stand in it: looking for letters is a hundred times faster than for a pattern.
SUSPICIOUS: Final = tuple(
    (letters, re.compile(pattern))
    for letters, pattern in (
        (b"WEBSERVICE", rb"WEBSERVICE"),
        (b"WEBPUBLISH", rb"WEBPUBLISH"),
        (b"IMAGE", rb"IMAGE\s*+\("),
        (b"RTD", rb"RTD\s*+\("),
        (b"DDE", rb"DDE[A-Z]{0,8}+\s*+\("),
        (b"CALL", rb"CALL\s*+\("),
        (b"REGISTER", rb"REGISTER"),
        (b"EXEC", rb"EXEC\s*+\("),
        (b"REQUEST", rb"SQL\.REQUEST"),
        (b"PY", rb"PY\s*+\("),
        (b"STOCKHISTORY", rb"STOCKHISTORY"),
        (b"IMPORT", rb"IMPORT[A-Z]{3,5}+\s*+\("),
        (b"CUBE", rb"CUBE[A-Z]{3,20}+\s*+\("),
        (b"HYPERLINK", rb"HYPERLINK\s*+\((?!\s*+(?:\"|&QUOT;)#)"),
        (b"[", rb"\[[0-9]++\]|\[[^\]\[<>\"&]{1,200}\.(?:XL|ODS|CSV)"),
        (b"|", rb"\|[^\"<>|&!]{0,200}+!"),
        (b"\\", rb"\\\\\\\\"),
        (b"FILE", rb"FILE:"),
        (b"'HTTP", rb"'HTTPS?:"),
        (b"!", rb"!(?<=<!)"),  # asked from the rarer of two characters: one character is found ten times as fast as two
        (b"?", rb"\?(?<=<\?)(?!XML )"),
        (b"#", rb"#(?<=&#)(?!(?:10|13|9|X0*+[9AD]);)"),
    )
)
_NO_LETTERS: Final = bytes(byte for byte in range(256) if not bytes([byte]).isalpha())
_HOLD_FORMULAS: Final = frozenset(
    ["worksheet", "chartsheet", "officedocument", "table", "chart", "chartex", "pivottable", "pivotcachedefinition"]
)
_FORMULAS: Final = frozenset(
    ["f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "totalsRowFormula"]
)
_VML_SOURCE: Final = re.compile(rb"(?i)(?:src|href)\s*+=\s*+[\"']\s*+(?:[a-z][a-z0-9+.-]*+:|[\\/]{2})")


def of_formula(text: str, names: Collection[str] = ()) -> str:
    """Return what a formula does beside calculating: ``FORMULA``, ``EXTERNAL_BOOK``, ``DDE``, or "".

    Args:
        text: as it stands in the file, without "=".
        names: defined names (in lower case) that act; a formula with one of them does, too.

    >>> of_formula('SUM(A1:A3)&"WEBSERVICE(1)"'), of_formula('_xlfn.WEBSERVICE(A1)'), of_formula("[1]表!A1")
    ('', '会连到文件外的公式', '外部链接')
    >>> of_formula('HYPERLINK("#"&A1)'), of_formula("HYPERLINK(A1)"), of_formula("cmd|'/c x'!A0")
    ('', '会连到文件外的公式', 'DDE 连接')
    """
    code, book = [], False
    for token in _TOKEN.findall(text):
        if token.startswith('"'):
            code.append('"#"' if token.startswith('"#') else '""')
        elif token.startswith("'"):
            book = book or any(sign in token for sign in "[\\/:")  # no name of a sheet has them
            code.append("''")
        else:
            code.append(token)
    plain = "".join(code)
    if _ACTS.search(plain):
        return FORMULA
    if "|" in plain:
        return DDE
    if book or _BOOK.search(plain):
        return EXTERNAL_BOOK
    return FORMULA if names and any(word.casefold() in names for word in _WORD.findall(plain)) else ""


@dataclass(frozen=True, slots=True)
class ActiveRelation:
    """One relationship. ``kind``: last word of its type, in lower case; ``target``: a part of the file, or as written."""

    ident: str
    kind: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Something active: what; where: the part it is, or the part it stands in; by which relationship, if by one."""

    what: str
    part: str
    relation: ActiveRelation | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """``relations`` by the part they belong to ("" = the package); ``found`` in the order of the parts."""

    relations: Mapping[str, Sequence[ActiveRelation]]
    found: Sequence[Found]

    @property
    def words(self) -> tuple[str, ...]:
        """What was found, each once, links to other workbooks aside."""
        return tuple(dict.fromkeys(item.what for item in self.found if item.what != EXTERNAL_BOOK))

    @property
    def books(self) -> tuple[str, ...]:
        """Where the links to other workbooks lead, "?" where the file does not say."""
        parts = dict.fromkeys(
            item.relation.target for item in self.found if item.relation and item.what == EXTERNAL_BOOK
        )
        return tuple(
            target
            for part in parts
            for target in [r.target for r in self.relations.get(part, ()) if r.external] or ["?"]
        )


def inventory(names: Iterable[str], content: Callable[[str], bytes], head: Callable[[str], bytes]) -> Inventory:
    """Return everything active in a workbook.

    Args:
        names: of all parts, as the file spells them.
        content: gives a part that is XML.
        head: gives the first bytes of any part.

    Raises:
        ValueError: a part that tells about the others is not XML.
    """
    known = {_plain(name): name for name in names}
    relations = {
        _owner(plain, known): tuple(_relations(plain, content(name), known))
        for plain, name in known.items()
        if plain.endswith(".rels") and "_rels/" in plain
    }
    found = [
        Found(what, source, relation)
        for source, owned in relations.items()
        for relation in owned
        if (what := _of_relation(relation, known))
    ]
    kinds = {
        relation.target: relation.kind for owned in relations.values() for relation in owned if not relation.external
    }
    types = _types(known, content)
    for plain, name in known.items():
        if what := _of_part(plain, types(plain), head(name)):
            found.append(Found(what, name))
        if kinds.get(name) == "vmldrawing" and _VML_SOURCE.search(content(name)):
            found.append(Found(OUTSIDE, name))
        if kinds.get(name) == "externallink" and b"ddeLink" in content(name):
            found.append(Found(DDE, name))
        if kinds.get(name) in _HOLD_FORMULAS and (data := content(name)) and suspect(data):
            found += [Found(what, name) for what in dict.fromkeys(_acting(data))]
    links = {item.part for item in found if item.what in (EXTERNAL_BOOK, DDE) and item.relation is None}
    dde = {item.part for item in found if item.what == DDE}
    kept = [
        item
        for item in found
        if not (item.relation and item.what == EXTERNAL_BOOK and item.relation.target in dde & links)
    ]
    return Inventory(relations, kept)


def suspect(data: bytes) -> bool:
    """Whether a part may hold a formula that acts."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:100]:
        return True
    upper = data.upper()
    words = upper.translate(None, _NO_LETTERS)  # a third of the part, and every word is still in it
    return any(
        (letters in words or not letters.isalpha()) and letters in upper and pattern.search(upper) is not None
        for letters, pattern in SUSPICIOUS
    )


def _acting(data: bytes) -> Iterator[str]:
    """What the formulas of a part do, and publishing on the web."""
    found: list[str] = []
    pieces: list[str] = []
    inside = 0
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, _: object) -> None:
        nonlocal inside
        local = name.rpartition(":")[2]
        inside = inside + 1 if inside or local in _FORMULAS else 0
        if local == "webPublishItem":
            found.append(OUTSIDE)

    def end(_: str) -> None:
        nonlocal inside
        if inside == 1:
            found.append(of_formula("".join(pieces)))
            pieces.clear()
        inside = max(0, inside - 1)

    def text(data: str) -> None:
        if inside:
            pieces.append(data)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    _parse(parser, data)
    return (what for what in found if what)


def _parse(parser: Any, data: bytes) -> None:
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError) as error:
        raise ValueError(str(error)) from None


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _owner(rels: str, known: Mapping[str, str]) -> str:
    folder, _, last = rels.rpartition("_rels/")
    owner = f"{folder}{last.removesuffix('.rels')}"
    return known.get(owner, owner)


def _relations(rels: str, data: bytes, known: Mapping[str, str]) -> Iterator[ActiveRelation]:
    folder = rels.rpartition("_rels/")[0]
    listed: list[dict[str, str]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: (
        listed.append(attributes) if name.rpartition(":")[2] == "Relationship" else None
    )
    _parse(parser, data)
    for item in listed:
        target, external = item.get("Target", ""), item.get("TargetMode") == "External"
        kind = item.get("Type", "").rpartition("/")[2].casefold()
        if not external:
            path = posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/")))
            target = known.get(_plain(path), target)
        yield ActiveRelation(item.get("Id", ""), kind, target, external)


def _of_relation(relation: ActiveRelation, known: Mapping[str, str]) -> str:
    if not relation.external:
        if _plain(relation.target) not in known and _OUTSIDE.match(relation.target):
            return OUTSIDE
        return _KINDS.get(relation.kind, "")
    if relation.kind == "hyperlink":
        return "" if _CLICKED.match(relation.target) else LINK
    if relation.kind.endswith(("externallinkpath", "xlpathmissing")) or relation.kind == "oleobject":
        return ""  # where a link to another workbook leads: it goes with the link
    return _KINDS.get(relation.kind, OUTSIDE)


def _of_part(plain: str, content_type: str, head: bytes) -> str:
    for mark, what in _CONTENT_TYPES:
        if mark in content_type:
            return what
    if head.startswith(_OLE):
        return MACRO if plain.endswith("vbaproject.bin") else EMBEDDED
    if head.startswith((_EXE, _ZIP)):
        return EMBEDDED
    return next((what for mark, what in _NAMES if mark in plain and not plain.endswith(".rels")), "")


def _types(known: Mapping[str, str], content: Callable[[str], bytes]) -> Callable[[str], str]:
    """How to tell the content type of a part, in lower case."""
    name = known.get("[content_types].xml")
    parts: dict[str, str] = {}
    endings: dict[str, str] = {}

    def start(tag: str, item: dict[str, str]) -> None:
        kind = item.get("ContentType", "").casefold()
        if tag.rpartition(":")[2] == "Override":
            parts[_plain(item.get("PartName", ""))] = kind
        elif tag.rpartition(":")[2] == "Default":
            endings[item.get("Extension", "").casefold()] = kind

    if name is not None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        _parse(parser, content(name))
    return lambda plain: parts.get(plain) or endings.get(plain.rpartition(".")[2], "")
