"""What Excel would not take of a workbook as a whole: names, formats, charts, notes, parts and what leads to them."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator

from tests.audit.parsed import MAIN, Parsed, units

FORMATS, FONTS, CODES = 65_490, 512, 200
_BAD = re.compile(r"[\\/?*:\[\]\x00-\x1f]")
_NAME = re.compile(r"(?!\d)[^\W\d_]?[\w.\\?]*\Z|_[\w.\\]*\Z")
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+\Z|[rR]?[0-9]*[cC]?[0-9]*\Z")
_BUILT_IN = re.compile(r"_xlnm\.(Print_Area|Print_Titles|_FilterDatabase|Criteria|Extract|Database|Sheet_Title)\Z")
_RESERVED = frozenset(["history", "历史记录"])
_SIZES = (
    ("fontId", "fonts"),
    ("fillId", "fills"),
    ("borderId", "borders"),
    ("xfId", "cellStyleXfs"),
)


def names_of_sheets(book: Parsed) -> Iterator[str]:
    for title in book.titles:
        if not 0 < units(title) <= 31 or _BAD.search(title) or title.strip("'") != title:
            yield repr(title)
        if title.casefold() in _RESERVED:
            yield f"{title} is Excel's own"
    yield from (f"{title} twice" for title, times in Counter(map(str.casefold, book.titles)).items() if times > 1)
    if all(one.get("state") in ("hidden", "veryHidden") for one in book.book.iter(f"{MAIN}sheet")):
        yield "every sheet is hidden"
    numbers = Counter(one.get("sheetId") for one in book.book.iter(f"{MAIN}sheet"))
    yield from (f"number {number} twice" for number, times in numbers.items() if times > 1)


def defined_names(book: Parsed) -> Iterator[str]:
    """A letter or _ first, no blank, nothing that reads like a cell; once for each sheet or for all."""
    for name, owner, text in book.defined:
        if name.startswith("_xlnm."):
            if not _BUILT_IN.match(name) or owner is None:
                yield name
        elif not _NAME.match(name) or _LIKE_A_CELL.match(name) or len(name) > 255:
            yield name
        if owner is not None and int(owner) >= len(book.titles):
            yield f"{name} of sheet {owner}"
        if not text.strip():
            yield f"{name} stands for nothing"
    found = Counter((name.casefold(), owner) for name, owner, _ in book.defined)
    yield from (f"{name} twice" for (name, _), times in found.items() if times > 1)


def cell_formats(book: Parsed) -> Iterator[str]:
    """No more than Excel takes, each of what is there; a font that has a name and a size."""
    sizes = {
        name: len(book.styles.find(f"{MAIN}{name}"))
        for _, name in _SIZES
        if book.styles.find(f"{MAIN}{name}") is not None
    }
    if len(book.formats) > FORMATS or sizes.get("fonts", 0) > FONTS or len(book.codes) > CODES:
        yield f"{len(book.formats)} formats, {sizes.get('fonts')} fonts, {len(book.codes)} number formats"
    for number, one in enumerate(book.formats):
        for attribute, owner in _SIZES:
            if int(one.get(attribute, "0")) >= max(1, sizes.get(owner, 0)):
                yield f"format {number}: {attribute} {one.get(attribute)}"
        kind = one.get("numFmtId", "0")
        if int(kind) >= 164 and kind not in book.codes:
            yield f"format {number}: number format {kind}"
    yield from (f"number format of {units(code)} characters" for code in book.codes.values() if units(code) > 255)
    for group in book.styles:
        count = group.get("count")
        if count is not None and int(count) != len(group):
            yield f"{group.tag.partition('}')[2]} says {count} and has {len(group)}"
    for one in book.styles.iter(f"{MAIN}font"):
        size = one.find(f"{MAIN}sz")
        if size is not None and not 1 <= float(size.get("val")) <= 409:
            yield f"font of {size.get('val')} points"


def charts_without_chinese_fonts(book: Parsed) -> Iterator[str]:
    """A font named for Latin letters only leaves Chinese ones to chance."""
    for name in book.charts:
        for one in book.trees[name].iter("{*}latin"):
            if one.getparent().find("{*}ea") is None:
                yield name
                break


def notes(book: Parsed) -> Iterator[str]:
    """Each at a cell of its own, by an author who is there, with a box to show it in."""
    for sheet in book.sheets:
        for kind, part, _ in sheet.relations.values():
            if kind != "comments" or part not in book.trees:
                continue
            root = book.trees[part]
            authors = len(list(root.iter(f"{MAIN}author")))
            refs = Counter(one.get("ref") for one in root.iter(f"{MAIN}comment"))
            yield from (f"{sheet.name}!{ref} twice" for ref, times in refs.items() if times > 1)
            for one in root.iter(f"{MAIN}comment"):
                if int(one.get("authorId", "0")) >= authors:
                    yield f"{sheet.name}!{one.get('ref')}: author {one.get('authorId')}"
                if units("".join(one.itertext(f"{MAIN}t"))) > 32767:
                    yield f"{sheet.name}!{one.get('ref')} is too long"
            if sheet.root.find(f"{MAIN}legacyDrawing") is None:
                yield f"{sheet.name}: no boxes"


def parts_and_relations(book: Parsed) -> Iterator[str]:
    """Whatever is referred to is there and has a type; no part twice."""
    yield from (f"{name} twice" for name, times in Counter(map(str.casefold, book.names)).items() if times > 1)
    types = book.trees["[Content_Types].xml"]
    defaults = {one.get("Extension", "").casefold(): one.get("ContentType") for one in types}
    special = {one.get("PartName", "").lstrip("/").casefold() for one in types if one.tag.endswith("}Override")}
    here = {name.casefold() for name in book.names}
    yield from (f"a type for {name}, which is not there" for name in sorted(special - here))
    for name in book.names:
        if name.endswith("/") or "\\" in name:
            yield f"part {name}"
        elif name != "[Content_Types].xml" and name.casefold() not in special:
            plain = name.endswith(".xml") and not name.startswith("customXml/")  # any XML is no type
            if defaults.get(name.rpartition(".")[2].casefold(), "") in ("", "application/xml" if plain else ""):
                yield f"no type for {name}"
    for name in book.names:
        folder, file = posixpath.split(name)
        if not file.endswith(".rels"):
            continue
        owner = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
        for ident, (kind, target, outside) in book.relations(owner).items():
            if not outside and target.casefold() not in here:
                yield f"{owner} {ident}: {kind} {target} is not there"
        if owner in book.trees:
            used = {
                value
                for one in book.trees[owner].iter()
                for attribute, value in one.attrib.items()
                if attribute.startswith("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}")
            }
            yield from (f"{owner}: {ident} leads nowhere" for ident in sorted(used - set(book.relations(owner))))


def properties(book: Parsed) -> Iterator[str]:
    """Properties of our own are numbered from 2 and called differently; texts fit."""
    custom = book.trees.get("docProps/custom.xml")
    if custom is not None:
        names = Counter((one.get("name") or "").casefold() for one in custom)
        yield from (f"{name} twice" for name, times in names.items() if times > 1)
        numbers = [int(one.get("pid", "0")) for one in custom]
        if numbers and (min(numbers) < 2 or len(set(numbers)) < len(numbers)):
            yield f"numbers {numbers}"
    for part in ("docProps/core.xml", "docProps/custom.xml"):
        for one in book.trees[part].iter() if part in book.trees else ():
            if units(one.text or "") > 255:
                yield f"{part}: {units(one.text or '')} characters"


RULES = (
    names_of_sheets,
    defined_names,
    cell_formats,
    charts_without_chinese_fonts,
    notes,
    parts_and_relations,
    properties,
)
