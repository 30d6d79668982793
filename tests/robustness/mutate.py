"""Random damage with a seed: to the bytes of the zip, or to the XML of a part, packed again with right checksums."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from functools import cache

from tests.read.test_happenings import clean
from tests.robustness.book import Parts, pack, parts

_NASTY = (
    b"-1", b"0", b"1e308", b"1e999", b"99999999999", b"NaN", b"", b"\xff\xfe", b"A1", b"XFD1048576", b"ZZZZ9", b"&amp;",
    b"&#0;", b"&lol;", b"<", b">", b'"', b"\0", "汉".encode(), b"true", b"../../x", b"=1+1", b"]]>", b"<!--", b"\xed\xa0\x80",
)  # fmt: skip
_TOKEN = re.compile(rb"<[^<>]*>")
_VALUE = re.compile(rb'"[^"<>]*"|(?<=>)[^<>]+(?=<)')
_HEAVY = ("填报说明", "自评表1", "校验", "计算")


@cache
def _light() -> tuple[tuple[str, bytes], ...]:
    """The return without the sheets that are never filled in: ten times as many mutants in the same time."""
    content = parts()
    book = content["xl/workbook.xml"].decode()
    for title in _HEAVY:
        book = re.sub(rf'<sheet name="{title}"[^>]*/>', "", book)
    content["xl/workbook.xml"] = re.sub(r"<definedNames>.*</definedNames>", "", book).encode()
    return tuple(content.items())


def light() -> Parts:
    return dict(_light())


def damaged_zip(rng: random.Random) -> bytes:
    """Bytes of the packed file changed, lost, doubled or swapped."""
    return damaged_bytes(clean(), rng)


def damaged_bytes(whole: bytes, rng: random.Random) -> bytes:
    """Any file with bytes changed, lost, doubled or swapped."""
    data = bytearray(whole)
    for _ in range(rng.choice((1, 1, 1, 2, 8, 64))):
        at, size = rng.randrange(len(data)), rng.choice((1, 1, 2, 4, 16, 512, 4096))
        if rng.random() < 0.3:  # the directory at the end decides most
            at = max(0, len(data) - rng.randrange(1, 2500))
        kind = rng.randrange(5)
        if kind == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at : at + size] = rng.randbytes(size)
        elif kind == 2:
            del data[at : at + size]
        elif kind == 3:
            data[at:at] = data[at : at + size]
        else:
            data[at : at + size] = b"\0" * size
        if not data:
            break
    return bytes(data)


def damaged_xml(rng: random.Random) -> bytes:
    """Tags and values of one or two parts changed."""
    content = light()
    names = [name for name in content if not re.search(r"sheet(2|10|11|12)\.xml|docProps|theme", name)]
    for _ in range(rng.choice((1, 1, 2))):
        name = rng.choice(names)
        content[name] = damaged_tags(content[name], rng)
    return pack(content, zipfile.ZIP_STORED)


def damaged_tags(data: bytes, rng: random.Random) -> bytes:
    """Any XML or HTML with tags and values lost, doubled, swapped or changed."""
    for _ in range(rng.choice((1, 1, 2, 5))):
        data = rng.choice(_DEEDS)(data, rng)
    return data


def _spot(pattern: re.Pattern[bytes], data: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(max(1, len(data)))
    found = pattern.search(data, start) or pattern.search(data)
    return found.span() if found else (0, 0)


def _drop(data: bytes, rng: random.Random) -> bytes:
    start, end = _spot(_TOKEN, data, rng)
    return data[:start] + data[end:]


def _double(data: bytes, rng: random.Random) -> bytes:
    start, end = _spot(_TOKEN, data, rng)
    return data[:end] + data[start:end] + data[end:]


def _double_run(data: bytes, rng: random.Random) -> bytes:
    start, _ = _spot(_TOKEN, data, rng)
    end = start + rng.randrange(1, 2000)
    return data[:end] + data[start:end] + data[end:]


def _swap(data: bytes, rng: random.Random) -> bytes:
    a, b = _spot(_TOKEN, data, rng)
    c, d = _spot(_TOKEN, data, rng)
    if b > c:
        return data
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def _value(data: bytes, rng: random.Random) -> bytes:
    start, end = _spot(_VALUE, data, rng)
    nasty = rng.choice(_NASTY)
    if data[start : start + 1] == b'"':
        nasty = b'"' + nasty + b'"'
    return data[:start] + nasty + data[end:]


def _insert(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(_NASTY) + data[at:]


def _cut(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[at + rng.randrange(1, 300) :]


_DEEDS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _drop,
    _double,
    _double_run,
    _swap,
    _value,
    _value,
    _insert,
    _cut,
)
