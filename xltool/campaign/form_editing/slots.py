"""The columns of the workbook a form is changed in, and how a value stands in a cell and is read from what was typed.

Imports ``form.edit``. Writing and reading share this, so that what is written is read back as the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType

from xltool.form.definition import bounds
from xltool.form.edit.editable import FALSE, OFF, SEVERITIES, TRUE, Editable, EditPart, Takes
from xltool.form.edit.splice import YamlValue

HIDDEN, MARK, FORMAT = "_表样", "xltool-form-edit", "1"
TITLE_ROWS = 2  # the hint and the headings
BETWEEN, NOTHING = "、", "（空）"
YES, NO = "是", "否"
_NEAR = "，,；;"  # typed in place of the sign between words


class SlotRole(StrEnum):
    """What stands in a column."""

    IDENT = "ident"
    NAME = "name"
    TOLD = "told"
    ENTRY = "entry"
    BASE = "base"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class EditSlot:
    """A column. ``key``: of the entry, of what is told."""

    role: SlotRole
    heading: str
    width: int
    key: str = ""


def _entry(heading: str, width: int, key: str) -> EditSlot:
    return EditSlot(SlotRole.ENTRY, heading, width, key)


def _base(heading: str, width: int, key: str) -> EditSlot:
    return EditSlot(SlotRole.BASE, f"基础表样的{heading}", width, key)


_CHECK = EditSlot(SlotRole.CHECK, "检查", 24)

SLOTS: Mapping[EditPart, tuple[EditSlot, ...]] = MappingProxyType(
    {
        EditPart.ABOUT: (
            EditSlot(SlotRole.IDENT, "编号", 12),
            EditSlot(SlotRole.NAME, "项目", 10),
            _entry("内容", 60, "value"),
            _base("内容", 60, "value"),
            _CHECK,
        ),
        EditPart.PARAMETERS: (
            EditSlot(SlotRole.IDENT, "编号", 19),
            EditSlot(SlotRole.NAME, "名称", 20),
            EditSlot(SlotRole.TOLD, "单位", 7, "unit"),
            _entry("值", 11, "value"),
            _base("值", 11, "value"),
            _entry("依据", 52, "source"),
            _CHECK,
            _base("依据", 52, "source"),
        ),
        EditPart.LISTS: (
            EditSlot(SlotRole.IDENT, "清单", 18),
            _entry("用语", 76, "words"),
            _entry("依据", 32, "source"),
            _CHECK,
            _base("用语", 76, "words"),
            _base("依据", 32, "source"),
        ),
        EditPart.BLOCKS: (
            EditSlot(SlotRole.IDENT, "编号", 26),
            EditSlot(SlotRole.NAME, "工作表", 14),
            EditSlot(SlotRole.TOLD, "哪里", 6, "kind"),
            _entry("标题", 36, "title"),
            _entry("说明", 52, "note"),
            _CHECK,
            _base("标题", 36, "title"),
            _base("说明", 52, "note"),
        ),
        EditPart.FIELDS: (
            EditSlot(SlotRole.TOLD, "工作表", 11, "sheet"),
            EditSlot(SlotRole.TOLD, "块", 18, "block"),
            EditSlot(SlotRole.NAME, "名称", 20),
            EditSlot(SlotRole.TOLD, "填什么", 17, "kind"),
            _entry("显示的名称", 24, "label"),
            _entry("填写提示", 46, "prompt"),
            _entry("必填", 7, "required"),
            _entry("最小", 11, "minimum"),
            _entry("最大", 11, "maximum"),
            _CHECK,
            _base("显示的名称", 24, "label"),
            _base("填写提示", 46, "prompt"),
            _base("必填", 9, "required"),
            _base("最小", 11, "minimum"),
            _base("最大", 11, "maximum"),
            EditSlot(SlotRole.IDENT, "编号", 44),
        ),
        EditPart.RULES: (
            EditSlot(SlotRole.IDENT, "编号", 8),
            EditSlot(SlotRole.NAME, "名称", 20),
            _entry("启用", 7, OFF),
            _entry("级别", 8, "severity"),
            _entry("问题怎么说", 48, "say"),
            _entry("请怎么改", 32, "do"),
            _entry("依据", 28, "source"),
            _CHECK,
            _entry("三处以上时怎么说", 34, "several"),
            EditSlot(SlotRole.TOLD, "给谁看", 16, "on"),
            EditSlot(SlotRole.TOLD, "什么时候看", 44, "when"),
            EditSlot(SlotRole.TOLD, "应当成立", 44, "expect"),
            _base("启用", 9, OFF),
            _base("级别", 9, "severity"),
            _base("问题怎么说", 48, "say"),
            _base("请怎么改", 32, "do"),
            _base("依据", 28, "source"),
            _base("三处以上时怎么说", 34, "several"),
        ),
    }
)


class MistypedError(Exception):
    """What stands in a cell cannot be taken; the message says what was seen and what to do."""


def shown(entry: Editable, value: YamlValue | None) -> str:
    """Return a value as it stands in a cell; ``""`` for None.

    A text that says nothing where the base says something is ``NOTHING``; an empty cell would mean the base's.
    """
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ("\n" if any(BETWEEN in word for word in value) else BETWEEN).join(value)
    if entry.takes is Takes.TRUTH:
        return YES if (value == TRUE) is not (entry.key == OFF) else NO
    if entry.takes is Takes.NUMBER:
        return plain_number(value)
    return value.strip() or (NOTHING if entry.inherited else "")


def plain_number(text: str) -> str:
    """Return a number in digits without needless zeros.

    >>> plain_number("0.850"), plain_number("1E+2"), plain_number("-0")
    ('0.85', '100', '0')
    """
    if not text:
        return ""
    number = Decimal(text)
    return f"{number.normalize():f}" if number else "0"


def meant(entry: Editable, text: str) -> YamlValue:
    """Return the value that a typed text means; an empty cell means what the base says.

    Raises:
        MistypedError: it means none.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        if entry.inherited is not None:
            return entry.inherited
        if entry.needed:
            raise MistypedError("空着。这一格必须填写")
        return () if entry.takes is Takes.WORDS else FALSE if entry.takes is Takes.TRUTH else ""
    if problem := bounds.of_text(text):
        raise MistypedError(f"的文字{problem}")
    match entry.takes:
        case Takes.NUMBER:
            return _number(entry, text)
        case Takes.TRUTH:
            if text not in (YES, NO):
                raise MistypedError(f"写的是“{text}”。请选 {YES} 或 {NO}")
            return TRUE if (text == YES) is not (entry.key == OFF) else FALSE
        case Takes.SEVERITY:
            if text not in SEVERITIES:
                raise MistypedError(f"写的是“{text}”。请选 {'、'.join(SEVERITIES)}")
            return text
        case Takes.WORDS:
            return _words(entry, text)
    if text == NOTHING:
        if entry.needed:
            raise MistypedError(f"写的是“{NOTHING}”，这一格必须有内容")
        return ""
    now = entry.now if isinstance(entry.now, str) else ""
    return now if text == now.strip() else text


def _number(entry: Editable, text: str) -> str:
    if text == NOTHING and not entry.needed:
        raise MistypedError(f"写的是“{NOTHING}”。不要这个限制的，请写一个够大或够小的数")
    folded = unicodedata.normalize("NFKC", text)
    try:
        number = Decimal(folded.removesuffix("%"))
    except InvalidOperation:
        raise MistypedError(f"写的是“{text}”，不是数。请只写数，如 0.85") from None
    if problem := bounds.of_number(number, whole=False):
        raise MistypedError(f"写的是“{text}”，{problem}")
    number = number / 100 if folded.endswith("%") else number
    now = entry.now if isinstance(entry.now, str) else ""
    inherited = entry.inherited if isinstance(entry.inherited, str) else ""
    same = next((known for known in (now, inherited) if known and Decimal(known) == number), "")
    return same or plain_number(str(number))


def _words(entry: Editable, text: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in text.split("\n" if "\n" in text else BETWEEN))
    if "" in words:
        raise MistypedError(f"第 {words.index('') + 1} 个用语是空的。请去掉多余的“{BETWEEN}”或空行")
    twice = sorted({word for word in words if words.count(word) > 1}, key=words.index)
    if twice:
        raise MistypedError(f"“{'”“'.join(twice)}”重复。每个用语请只写一次")
    known = {*entry.now, *(entry.inherited or ())}
    for word in words:
        sign = next((sign for sign in _NEAR if sign in word), "")
        if sign and word not in known:
            raise MistypedError(f"的用语“{word}”里有“{sign}”。用语之间请用“{BETWEEN}”隔开")
    return words
