"""Where a Word template asks for something, wherever Word may have put it, and how an answer is put in.

Imports ``writing``. A placeholder is found in the text a reader sees: across runs, tracked insertions, content controls,
smart tags, hyperlinks, text boxes, headers and footers. What stands where nothing can be filled (footnotes, field codes,
charts, properties, addresses of links) is found as well, so that a letter never goes out with braces in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xltool.writing.text import clean

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_P, _R, _T, _TR, _GONE, _TEXTBOX = (_W + name for name in ("p", "r", "t", "tr", "moveFrom", "txbxContent"))
_BREAKS = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n"}
_NAMES_ONLY = frozenset(_W + name for name in ("alias", "tag"))  # what a content control is called; nobody reads it
_CODE = _W + "instrText"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

_PLACEHOLDER = re.compile(r"[{｛]{2}\s*([^{}｛｝]+?)\s*[}｝]{2}")
_OPENING = re.compile(r"[{｛]{2}[^{}｛｝]{0,20}")
_SINGLE = re.compile(r"[{｛]\s*([^{}｛｝]{1,20}?)\s*[}｝]")
_LINK = re.compile(r"(?:\{|%7B){2}", re.IGNORECASE)
_MARK = re.compile(r"[{｛]")

_PLACES = (
    ("/word/document", "正文"), ("/word/header", "页眉"), ("/word/footer", "页脚"), ("/word/footnotes", "脚注"),
    ("/word/endnotes", "尾注"), ("/word/comments", "批注"), ("/word/charts", "图表"), ("/word/diagrams", "图形"),
    ("/word/numbering", "编号格式"), ("/docProps", "文档属性"), ("/customXml", "内容控件绑定的数据"),
)  # fmt: skip
_UNUSED = "/word/glossary"  # the texts that empty content controls show are kept there


@dataclass(frozen=True, slots=True)
class LetterPlaceholder:
    """A text of the template that asks for something.

    ``where`` in words; ``names`` in order; ``broken``: the beginning of a placeholder that does not end; ``single``: what
    stands in one pair of braces, which may be any text; ``paragraph``: where it can be filled, None if nowhere; ``rows``:
    the rows of tables around it.
    """

    where: str
    names: tuple[str, ...]
    broken: str
    single: tuple[str, ...]
    paragraph: Any
    rows: tuple[Any, ...] = ()


def spots(document: Any) -> list[LetterPlaceholder]:
    """Return what a template asks for, part by part, in the order of the text."""
    return [spot for part in document.part.package.iter_parts() for spot in _in_part(part)]


def paragraphs(element: Any) -> list[Any]:
    """Return all paragraphs inside an element, those of text boxes and of tables in tables too."""
    return list(element.iter(_P))


def names_in(paragraph: Any) -> list[str]:
    """Return what a paragraph asks for."""
    return _PLACEHOLDER.findall("".join(piece for _, piece in _pieces(paragraph)))


def put(paragraph: Any, values: Mapping[str, str]) -> None:
    """Fill the placeholders of a paragraph, each in the look of its first character; unknown ones stay.

    What is put in is not looked at again.
    """
    pieces = _pieces(paragraph)
    text = "".join(piece for _, piece in pieces)
    changed = []
    for match in reversed(list(_PLACEHOLDER.finditer(text))):
        if match[1] not in values:
            continue
        value, at = clean(values[match[1]]), len(text)
        for node, piece in reversed(pieces):
            at -= len(piece)
            start, end = max(match.start(), at), min(match.end(), at + len(piece))
            if start >= end or node is None:
                continue
            first = at <= match.start()
            node.text = node.text[: start - at] + (value if first else "") + node.text[end - at :]
            changed.append(node)
    for node in dict.fromkeys(changed):
        _spell(node)


def _in_part(part: Any) -> Iterator[LetterPlaceholder]:
    name = str(part.partname)
    if name.startswith(_UNUSED):
        return
    where = next((text for start, text in _PLACES if name.startswith(start)), "附加部分")
    for relation in part.rels.values():
        if relation.is_external and _LINK.search(relation.target_ref):
            link = relation.target_ref.replace("%7B", "{").replace("%7D", "}").replace("%7b", "{").replace("%7d", "}")
            yield from _spot(f"{where}的超链接地址", link, None)
    fillable = getattr(part, "element", None)
    root = fillable if fillable is not None else _parsed(part)
    if root is None:
        return
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in _NAMES_ONLY:
            continue
        if element.tag == _P:
            rows = tuple(element.iterancestors(_TR))
            inside = next(element.iterancestors(_TEXTBOX, _TR), None)
            place = where if inside is None else f"{where}的{'文本框' if inside.tag == _TEXTBOX else '表格'}"
            text = "".join(piece for _, piece in _pieces(element))
            yield from _spot(place, text, element if fillable is not None else None, rows)
        elif element.text and (element.tag == _CODE or not element.tag.startswith(_W)):
            yield from _spot(f"{where}的域代码、图形或公式" if name.startswith("/word") else where, element.text, None)
        for value in element.attrib.values():
            if "{" in value or "｛" in value:  # there are ten thousand attributes
                yield from _spot(f"{where}的图形或属性", value, None)


def _parsed(part: Any) -> Any:
    """The tree of a part that python-docx keeps as bytes, if there is anything to find in it."""
    from docx.oxml.parser import parse_xml
    from lxml import etree

    blob = part.blob
    if not str(part.partname).endswith(".xml") or not _MARK.search(blob.decode("utf-8", "replace")):
        return None
    try:
        return parse_xml(blob)
    except etree.XMLSyntaxError:
        return None


def _spot(where: str, text: str, paragraph: Any, rows: tuple[Any, ...] = ()) -> Iterator[LetterPlaceholder]:
    if not _MARK.search(text):
        return
    names, rest = tuple(_PLACEHOLDER.findall(text)), _PLACEHOLDER.sub("", text)
    broken, single = _OPENING.search(rest), tuple(_SINGLE.findall(rest))
    if names or broken or single:
        yield LetterPlaceholder(where, names, broken[0] if broken else "", single, paragraph, rows)


def _pieces(paragraph: Any) -> list[tuple[Any, str]]:
    """The texts a reader sees in a paragraph, with their elements; breaks without. Not those of a text box in it."""
    found: list[tuple[Any, str]] = []
    for element in paragraph.iter(_T, *_BREAKS):
        if next(element.iterancestors(_P)) is not paragraph or next(element.iterancestors(_GONE), None) is not None:
            continue
        if element.tag == _T:
            found.append((element, element.text or ""))
        elif element.getparent().tag == _R:
            found.append((None, _BREAKS[element.tag]))
    return found


def _spell(node: Any) -> None:
    """Write the lines and tabs of a text as Word spells them; nothing stays of an empty one."""
    for piece in re.split("([\n\t])", node.text):
        if piece in ("\n", "\t"):
            node.addprevious(node.makeelement(_W + ("br" if piece == "\n" else "tab")))
        elif piece:
            made = node.makeelement(_T)
            made.text = piece
            if piece != piece.strip():
                made.set(_SPACE, "preserve")
            node.addprevious(made)
    node.getparent().remove(node)
