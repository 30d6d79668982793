"""What a handed-back document must not carry: code, and what reaches outside the file when it is opened.

Imports the part patcher. A template or picture elsewhere is let go (Word fetches both without asking); a file with
macros or with fields that fetch is not handed back at all. Links a person has to click stay.
"""

from __future__ import annotations

import re
from typing import Any

from xltool.ooxml.package import NotPatchable, Package, rels_name
from xltool.read.tables.word.runs import local, value

_ACTIVE = re.compile(r"vbaproject|activex/|/embeddings/.*\.bin$|/afchunk", re.IGNORECASE)
_FETCHING = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|DATABASE|MACROBUTTON|RD)\b", re.IGNORECASE
)
_QUOTED = re.compile(r'"[^"]*"')
_DROPPED = frozenset(("attachedTemplate", "image"))
_CLICKED = "hyperlink"


def closed(package: Package, main: str) -> None:
    """Let go of templates and pictures outside the file.

    Raises:
        NotPatchable: macros, controls, embedded programs, fields or links that fetch something by themselves.
    """
    if any(_ACTIVE.search(name) for name in package.parts):
        raise NotPatchable("文档里有宏、控件或嵌入的文件")
    for name in [name for name in package.parts if name.startswith("word/") or name == main]:
        if name.endswith(".rels"):
            continue
        content = package.parts[name] if name.endswith(".xml") else b""
        if b"instrText" in content or b"fldSimple" in content:
            _no_fetching(package.tree(name))
        relations = rels_name(name)
        if relations in package.parts and b"External" in package.parts[relations]:
            _let_go(package, name, relations)


def _no_fetching(root: Any) -> None:
    codes = "".join(item.text or "" for item in root.iter("{*}instrText"))
    codes += " ".join(value(item, "instr") or "" for item in root.iter("{*}fldSimple"))
    if _FETCHING.search(_QUOTED.sub("", codes)):
        raise NotPatchable("文档里有会取外部内容的域")


def _let_go(package: Package, name: str, relations: str) -> None:
    listed = package.tree(relations)
    gone = set[str]()
    for item in list(listed):
        kind = (item.get("Type") or "").rsplit("/", 1)[-1]
        if item.get("TargetMode") != "External" or kind == _CLICKED:
            continue
        if kind not in _DROPPED:
            raise NotPatchable("文档里有指向外部的内容")
        gone.add(item.get("Id") or "")
        listed.remove(item)
    if not gone:
        return
    root = package.tree(name)
    for element in list(root.iter()):
        used = [key for key, text in element.attrib.items() if text in gone and "relationships" in key]
        if used and local(element) == "attachedTemplate":
            element.getparent().remove(element)
        else:
            for key in used:
                del element.attrib[key]
    package.put_tree(name, root)
    package.put_tree(relations, listed)
