"""The text of a Word paragraph as a person sees it once every tracked change is accepted.

Imports nothing of ours. One ``Reader`` serves a whole document, because a field may begin in one paragraph and
end in another, and because what was left out is told once.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

_THROUGH = frozenset(
    ("hyperlink", "smartTag", "ins", "moveTo", "sdt", "sdtContent", "customXml", "fldSimple", "dir", "bdo", "ruby",
     "rubyBase", "oMath", "oMathPara", "Choice", "Fallback", "r")
)  # fmt: skip
_PLAIN = {
    "tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "", "lastRenderedPageBreak": "",
}  # fmt: skip
_DROPPED = frozenset(("del", "moveFrom"))
_PICTURES = frozenset(("drawing", "pict", "object"))
_SYMBOLS = {
    "symbol": {0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xB0: "°", 0xA5: "∞"},
    "wingdings": {0xFE: "☑", 0xA8: "□", 0x6F: "□", 0x71: "□", 0xFC: "✓", 0xFB: "✗", 0xFD: "☒", 0x78: "☒"},
    "wingdings 2": {0x52: "☑", 0x53: "☒", 0xA3: "□", 0x50: "✓", 0x4F: "✗"},
}
"""What characters of the symbol fonts look like; in files they have numbers of no meaning."""
MATH = "math"


def local(element: Any) -> str:
    """Return an element's name without its namespace; a comment has none. Strict and transitional files are read alike."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def value(element: Any, name: str = "val") -> str | None:
    """Return an attribute whatever its namespace."""
    for key, text in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(text)
    return None


def child(element: Any, name: str) -> Any:
    """Return the first child of a name, None if there is none."""
    return next((item for item in element if local(item) == name), None)


def switched(properties: Any, name: str) -> bool:
    """Whether a property is on: ``<w:vanish/>`` is, ``<w:vanish w:val="0"/>`` is not."""
    item = None if properties is None else child(properties, name)
    return item is not None and value(item) not in ("0", "false", "off")


class Reader:
    """Reads paragraphs one after the other; ``told`` counts what was met and not read."""

    def __init__(self) -> None:
        self.told: Counter[str] = Counter()
        self._fields: list[bool] = []
        self._parts: list[str] = []

    def text(self, paragraph: Any) -> str:
        """Return a paragraph's text."""
        self._parts = []
        self._walk(paragraph)
        # An instruction that never ends must not swallow the rest of the document.
        self._fields = [True for _ in self._fields]
        return "".join(self._parts)

    def _walk(self, parent: Any) -> None:
        for item in parent:
            name = local(item)
            if name == "r" and not self._is_math(item):
                self._run(item)
            elif name == "AlternateContent":
                chosen = child(item, "Choice")
                self._walk(item if chosen is None else [chosen])
            elif name in _THROUGH:
                if name in ("ins", "moveTo"):
                    self.told["插入"] += 1
                self._walk(item)
            elif name in _DROPPED:
                self.told["删除"] += 1
            elif name == "f" and self._is_math(item):
                self._fraction(item)
            elif self._is_math(item):
                if name == "t":
                    self._put(item.text or "")
                else:
                    self._walk(item)

    def _is_math(self, item: Any) -> bool:
        return isinstance(item.tag, str) and MATH in item.tag.partition("}")[0]

    def _fraction(self, item: Any) -> None:
        for number, name in enumerate(("num", "den")):
            self._parts += ["/"] * number
            part = child(item, name)
            if part is not None:
                self._walk(part)

    def _run(self, run: Any) -> None:
        properties = child(run, "rPr")
        if switched(properties, "vanish") and any(local(item) == "t" and (item.text or "").strip() for item in run):
            self.told["隐藏文字"] += 1
            return
        self._content(run, _font(properties))

    def _content(self, run: Any, font: str) -> None:
        for item in run:
            name = local(item)
            if name == "t":
                self._put(_shown(item.text or "", font))
            elif name in _PLAIN:
                if name != "br" or value(item, "type") not in ("page", "column"):
                    self._put(_PLAIN[name])
            elif name == "sym":
                self._put(_symbol(item))
            elif name == "fldChar":
                self._field(item)
            elif name == "ruby":
                base = child(item, "rubyBase")
                self._walk(() if base is None else base)
            elif name == "AlternateContent":
                chosen = child(item, "Choice")
                inside = chosen if chosen is not None else child(item, "Fallback")
                self._content(() if inside is None else inside, font)
            elif name in _PICTURES:
                self._picture(item)

    def _put(self, text: str) -> None:
        if all(self._fields):
            self._parts.append(text)

    def _field(self, item: Any) -> None:
        kind = value(item, "fldCharType")
        if kind == "begin":
            self._put(_form_field(item))
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _picture(self, item: Any) -> None:
        boxes = 0
        for box in item.iter("{*}txbxContent"):
            boxes += any((text.text or "").strip() for text in box.iter("{*}t"))
        if boxes:
            self.told["文本框"] += 1
        elif any(True for _ in item.iter("{*}blip", "{*}imagedata")):
            self.told["图片"] += 1


def _font(properties: Any) -> str:
    fonts = None if properties is None else child(properties, "rFonts")
    if fonts is None:
        return ""
    return next(
        (name for kind in ("ascii", "hAnsi", "cs") if (name := (value(fonts, kind) or "").lower()) in _SYMBOLS), ""
    )


def _shown(text: str, font: str) -> str:
    """Return text of a symbol font as it looks; such fonts keep their characters at U+F000 and above."""
    if not font or not text:
        return text
    known = _SYMBOLS[font]
    return "".join(known.get(ord(char) & 0xFF, char) if 0xF000 <= ord(char) <= 0xF0FF else char for char in text)


def _symbol(item: Any) -> str:
    code, font = value(item, "char") or "", (value(item, "font") or "").lower()
    try:
        number = int(code[:6], 16)
    except ValueError:
        return ""
    found = _SYMBOLS.get(font, {}).get(number & 0xFF)
    if found is not None:
        return found
    return chr(number) if 0x20 <= number < 0xD800 else "□" if number else ""


def _form_field(begin: Any) -> str:
    """Return what an old form field shows: a box, or the chosen line of a list (its result text holds neither)."""
    data = child(begin, "ffData")
    box = None if data is None else child(data, "checkBox")
    if box is not None:
        name = "checked" if child(box, "checked") is not None else "default"
        return "☑" if switched(box, name) else "□"
    drop = None if data is None else child(data, "ddList")
    if drop is None:
        return ""
    entries = [value(item) or "" for item in drop if local(item) == "listEntry"]
    picked = child(drop, "result")
    picked = child(drop, "default") if picked is None else picked
    index = (value(picked) or "0") if picked is not None else "0"
    return entries[int(index)] if index.isdigit() and len(index) < 6 and int(index) < len(entries) else ""
