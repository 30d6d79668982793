"""Texts as hostile as they come, for property tests."""

from __future__ import annotations

import re

from hypothesis import strategies as st

NASTY = (
    "_x000B_", "_x0041_", "_x0041_x0042_", "_x005F_x0041_", "__x0041__", "_xD83D__xDE00_", "<r>a</r>", "<r><t>a</t></r>",
    "<r></r>", "<r>_x0041_</r>", "=1+1", "{=1}", "@x", "http://example.org", "mailto:a@b", "internal:A1", "a\x00b", "\x0b",
    "\x1b[2J", "\x9b2J", "\ud800", "\ude00\ud83d", "\ud83d\ude00", "\ufffe", "\uffff", "\u202egnp", "&amp;", "&#95;", "]]>",
    "<!--", " 前后空 ", "\n", "\r\n行", "\t", "😀", "唐𠮷", "#DIV/0!", "12", "&G", "&[Picture]", "{{部门}}", "'", '"',
)  # fmt: skip

texts = st.one_of(
    st.sampled_from(NASTY),
    st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=4)), max_size=4).map("".join),
    st.text(st.characters(), max_size=12),  # with surrogates: whatever Python can hold
)


def kept(text: str) -> str:
    """What a reader of any output is to see of a text, said once more and otherwise than in ``writing.text``."""
    shown = []
    for character in re.sub("\r\n|[\r\x0b\x0c\x85]", "\n", text):
        code = ord(character)
        if code in (0x61C, 0x200E, 0x200F) or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069:
            continue
        control = (code < 0x20 and character not in "\n\t") or 0x7F <= code < 0xA0
        shown.append("\ufffd" if control or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF) else character)
    return "".join(shown)
