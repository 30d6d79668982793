"""Building blocks for faults: the parts of a real, complete return, changed and packed again."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from tests.read.test_happenings import clean

SHEET = "xl/worksheets/sheet6.xml"
"""政府采购: C4 2.4, C5 0, C6 1.1, C7 3.5 (their sum)."""
Parts = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Fault:
    """One file: its class, what is wrong with it, its content, and all findings it must get (code and place)."""

    kind: str
    name: str
    data: bytes
    codes: tuple[str, ...]
    file: str = "回收表.xlsx"

    def __str__(self) -> str:
        return f"{self.kind}-{self.name}"


@cache
def _parts() -> Mapping[str, bytes]:
    with zipfile.ZipFile(BytesIO(clean())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def parts() -> Parts:
    return dict(_parts())


def pack(content: Parts, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name), data, compression)
    return target.getvalue()


def changed(name: str, change: Callable[[str], str]) -> bytes:
    """The return with one part rewritten."""
    content = parts()
    before = content[name].decode()
    after = change(before)
    assert after != before, f"nothing to change in {name}"
    content[name] = after.encode("utf-8", "surrogatepass")
    return pack(content)


def replaced(name: str, old: str, new: str, count: int = 1) -> bytes:
    return changed(name, lambda text: text.replace(old, new, count))


def with_parts(**more: bytes) -> bytes:
    return pack({**parts(), **{name.replace("__", "/"): data for name, data in more.items()}})


def added(name: str, data: bytes) -> bytes:
    return pack({**parts(), name: data})


def removed(*names: str) -> bytes:
    return pack({name: data for name, data in parts().items() if name not in names})


def cell(xml: str, reference: str = "C5") -> Callable[[str], str]:
    """Put ``xml`` in place of a cell of 政府采购."""
    import re

    def change(text: str) -> str:
        return re.sub(rf'<c r="{reference}"(?: [^>]*)?(?:/>|>.*?</c>)', lambda _: xml, text, count=1)

    return change


def zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    return pack(dict(files), compression)
