"""A workbook's parts without what acts by itself: what a bureau sends on must not run, fetch or lead anywhere.

Imports ``read.active``, which decides what is active, ``report.package`` and ``report.sheet_scan``. Taken out like Excel's
own “断开链接”: the relationship, its part, what refers to it; a formula leaves its last result behind. All else stays
byte for byte. What cannot be taken out without changing what people see (embedded objects, controls, macro sheets, charts
over another workbook) is not attempted: such a return gets the 审核结果 workbook. A newcomer would trust the surgery; here
the result is looked through once more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from xml.parsers import expat

from xltool.ooxml.package import CONTENT_TYPES, TYPES, NotPatchable, Package, rels_name
from xltool.read.book.active import (
    ADD_IN,
    DATA,
    DDE,
    EXTERNAL_BOOK,
    FORMULA,
    HARMLESS,
    LINK,
    MACRO,
    OUTSIDE,
    RIBBON,
    Inventory,
    inventory,
    of_formula,
    suspect,
)
from xltool.report.marked_copy.sheet_scan import Edit, attributes_at, edited, end_of, parse

_REMOVABLE = frozenset([MACRO, RIBBON, ADD_IN, DATA, EXTERNAL_BOOK, DDE, FORMULA, LINK, OUTSIDE])
_REFERRING = frozenset(["hyperlink", "externalReference", "hlinkClick", "hlinkHover", "hlinkMouseOver"])
_TIED = frozenset(["pivotcachedefinition", "table"])
_HOLDERS = frozenset(["hyperlinks", "externalReferences", "definedNames"])


def quieten(package: Package) -> None:
    """Take out everything active; nothing is changed in a workbook that has nothing of the kind.

    Raises:
        NotPatchable: something active cannot be taken out, or its surroundings are not plain XML.
    """
    found = _active(package)
    if not found.found:
        return
    targets = {r.target for owned in found.relations.values() for r in owned}
    rest = {item.what for item in found.found if item.relation or item.part in targets} - _REMOVABLE
    if rest:
        raise NotPatchable(f"文件里有不能安全去掉的内容：{'、'.join(sorted(rest))}")
    _remove(package, found)
    if _active(package).found:
        raise NotPatchable("文件里有不能安全去掉的活动内容")


def _active(package: Package) -> Inventory:
    parts = package.parts
    try:
        found = inventory(list(parts), parts.__getitem__, lambda name: parts[name][:8])
    except ValueError as error:
        raise NotPatchable(f"部件不是完好的 XML：{error}") from None
    return Inventory(found.relations, [item for item in found.found if item.what not in HARMLESS])


def _remove(package: Package, found: Inventory) -> None:
    dead = {item.part for item in found.found if item.relation is None and _whole(item.what, item.part, found)}
    dead |= {i.relation.target for i in found.found if i.relation is not None and not i.relation.external}
    dead = _with_followers(dead & set(package.parts), found)
    gone: dict[str, set[str]] = {}
    for source, relations in found.relations.items():
        acting = {item.relation for item in found.found if item.relation is not None and item.part == source}
        idents = {r.ident for r in relations if r in acting or (not r.external and r.target in dead)}
        if idents and source not in dead:
            gone[source] = idents
    _refuse_tied_data(package, found)
    book = next((r.target for r in found.relations.get("", ()) if r.kind == "officedocument"), "")
    names: frozenset[str] = frozenset()
    if book in package.parts:
        walk = _Cut(package.parts[book], gone.get(book, set()), names)
        package.parts[book] = walk.done()
        names = frozenset(walk.names)
    sheets = [r.target for r in found.relations.get(book, ()) if r.kind == "worksheet" and r.target in package.parts]
    formulas = False
    for sheet in dict.fromkeys(sheets):
        data = package.parts[sheet]
        if sheet in gone or names or suspect(data):
            walk = _Cut(data, gone.get(sheet, set()), names)
            package.parts[sheet] = walk.done()
            formulas = formulas or walk.formulas
    for source, idents in gone.items():
        if source and source != book and source not in sheets:
            package.parts[source] = _Cut(package.parts[source], idents, names).done()
    if formulas:  # it lists the cells with formulas; Excel makes a new one
        dead |= {r.target for r in found.relations.get(book, ()) if r.kind == "calcchain"} & set(package.parts)
        for relation in found.relations.get(book, ()):
            if relation.kind == "calcchain":
                gone.setdefault(book, set()).add(relation.ident)
    _drop(package, gone, dead)


def _refuse_tied_data(package: Package, found: Inventory) -> None:
    """A table or pivot table that lives on a connection would be broken without it."""
    if any(item.what == DATA for item in found.found):
        tied = {r.target for owned in found.relations.values() for r in owned if r.kind in _TIED}
        if any(b"onnectionId" in package.parts[part] for part in tied if part in package.parts):
            raise NotPatchable("数据透视表或表格连着外部数据")
        if any(
            i.relation is not None and i.relation.kind == "querytable" and "/tables/" in i.part for i in found.found
        ):
            raise NotPatchable("表格连着外部数据")


def _whole(what: str, part: str, found: Inventory) -> bool:
    """Whether the part itself is what acts, and not something that stands in it."""
    if what in (FORMULA, OUTSIDE, LINK):
        return False
    kinds = {r.kind for owned in found.relations.values() for r in owned if r.target == part and not r.external}
    return not (what in (EXTERNAL_BOOK, DDE) and kinds and "externallink" not in kinds)


def _with_followers(dead: set[str], found: Inventory) -> set[str]:
    """Also the parts that only the dead ones refer to."""
    owners: dict[str, set[str]] = {}
    for source, relations in found.relations.items():
        for relation in relations:
            if not relation.external:
                owners.setdefault(relation.target, set()).add(source)
    waiting = list(dead)
    while waiting:
        for relation in found.relations.get(waiting.pop(), ()):
            target = relation.target
            if not relation.external and target not in dead and owners[target] <= dead:
                dead.add(target)
                waiting.append(target)
    return dead


def _drop(package: Package, gone: Mapping[str, Collection[str]], dead: Collection[str]) -> None:
    """Take out relationships and parts, and what the content types say of them."""
    for source, idents in gone.items():
        name = package.parts.spelled(rels_name(source)) or ""
        root = package.tree(name)
        for relation in [item for item in root if item.get("Id") in idents]:
            root.remove(relation)
        if len(root):
            package.put_tree(name, root)
        else:
            package.parts.pop(name, None)
    for part in dead:
        package.parts.pop(part, None)
        package.parts.pop(package.parts.spelled(rels_name(part)) or "", None)
    types = package.tree(CONTENT_TYPES)
    lost = {part.casefold() for part in dead}
    endings = {name.rpartition(".")[2].casefold() for name in package.parts}
    for item in list(types):
        kind = item.tag.rpartition("}")[2] if isinstance(item.tag, str) else ""
        unused = kind == "Default" and item.get("Extension", "").casefold() not in endings
        if unused or (kind == "Override" and item.get("PartName", "").lstrip("/").casefold() in lost):
            types.remove(item)
    if types.tag == f"{{{TYPES}}}Types":
        package.put_tree(CONTENT_TYPES, types)


class _Cut:
    """One pass over a part: elements that refer to what is gone, and formulas and names that act, are cut out."""

    def __init__(self, part: bytes, gone: Collection[str], names: Collection[str]) -> None:
        if part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in part[:100]:
            raise NotPatchable("部件不是 UTF-8 编码")
        self.part, self.gone, self.acting = part, gone, names
        self.edits: list[Edit] = []
        self.names: list[str] = []
        self.formulas = False
        self.shared: dict[str, list[tuple[int, int, int, bool]]] = {}
        self.path: list[tuple[str, int, dict[str, str]]] = []
        self.kept: list[int] = [0]  # by depth: children that stay
        self.cut: list[list[Edit]] = [[]]  # by depth: children that go
        self.text: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.parser.CharacterDataHandler = self.text.append

    def done(self) -> bytes:
        """Return the part after the cut."""
        parse(self.parser, self.part, "部件")
        for group in self.shared.values():
            if any(acts for *_, acts in group):  # the others only say which formula they share
                for cell, start, end, _ in group:
                    self._formula(cell, start, end)
        return edited(self.part, self.edits) if self.edits else self.part

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.path.append((name.rpartition(" ")[2], self.parser.CurrentByteIndex, attributes))
        self.kept.append(0)
        self.cut.append([])
        self.text.clear()

    def _end(self, _: str) -> None:
        local, start, attributes = self.path.pop()
        kept, cut = self.kept.pop(), self.cut.pop()
        text = "".join(self.text)
        self.text.clear()
        here = partial(self._extent, start)
        if local in _HOLDERS and cut and not kept:
            self.cut[-1].append(here())
            return
        self.edits += cut
        refers = [name for name, value in attributes.items() if _is_reference(name) and value in self.gone]
        if refers and local == "blip":
            self.edits += _attributes(self.part, start, "link", self.gone)
        elif refers and local in _REFERRING:
            self.cut[-1].append(here())
            return
        elif refers:
            raise NotPatchable(f"不能去掉 {local}")
        if local == "definedName" and of_formula(text):
            self.names.append(attributes.get("name", "").casefold())
            self.cut[-1].append(here())
            return
        if local == "f" and self.path and self.path[-1][0] == "c":
            self._cell_formula(here(), text, attributes)
        self.kept[-1] += 1

    def _extent(self, start: int) -> Edit:
        return start, end_of(self.part, start, self.parser.CurrentByteIndex), b""

    def _cell_formula(self, extent: Edit, text: str, attributes: Mapping[str, str]) -> None:
        cell = self.path[-1][1]
        acts = bool(of_formula(text, self.acting))
        if attributes.get("t") == "shared":
            self.shared.setdefault(attributes.get("si", ""), []).append((cell, extent[0], extent[1], acts))
        elif acts:
            self._formula(cell, extent[0], extent[1])

    def _formula(self, cell: int, start: int, end: int) -> None:
        """The cell keeps its last result; what marks it as a dynamic array or a rich value goes, too."""
        self.edits.append((start, end, b""))
        self.edits += [(a, b, b"") for name, a, b in attributes_at(self.part, cell) if name in (b"cm", b"vm")]
        self.formulas = True


def _is_reference(name: str) -> bool:
    return name.partition(" ")[0].endswith("/relationships")


def _attributes(part: bytes, start: int, local: str, gone: Collection[str]) -> list[Edit]:
    return [
        (a, b, b"")
        for name, a, b in attributes_at(part, start)
        if name.rpartition(b":")[2] == local.encode()
        if any(ident.encode() in part[a:b] for ident in gone)
    ]
