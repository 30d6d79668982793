"""What does not fit together when campaigns are merged: said, never settled. All rows stay.

Imports ``province.sources``. A newcomer would drop the second row of a department: which one counts is for people to decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xltool.campaign.province.joined import columns, table_names
from xltool.campaign.province.sources import Source

DEPARTMENT, FILE, VERSION, RETURN, COLUMN, ABSENT = (
    "部门重复",
    "文件重复",
    "表样版本",
    "回收表版本",
    "栏目类型",
    "缺表",
)
_DIGEST = 64
_NAMED = 10


class Clash(NamedTuple):
    """One thing to look at: its kind, what it is about, the counties, what to know."""

    kind: str
    about: str
    where: str
    text: str


def clashes(sources: Sequence[Source]) -> Iterator[Clash]:
    """Yield everything, kind by kind, in the order of the sources."""
    yield from _departments(sources)
    yield from _files(sources)
    yield from _versions(sources)
    yield from _returns(sources)
    for table in table_names(sources):
        _, different = columns(sources, table)
        for name in different:
            yield Clash(COLUMN, name, table, "各批次里的类型不同，合并后按文字保存")
        without = [source.label for source in sources if table not in source.paths]
        if without:
            yield Clash(ABSENT, table, _named(without), "这些批次没有这张表，合并后没有它们的行")


def _departments(sources: Sequence[Source]) -> Iterator[Clash]:
    """By code and name: counties number their departments each for itself, so a code alone says nothing."""
    seen: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for source in sources:
        for code, name, state in source.values("部门数据", "部门编码", "部门", "状态"):
            seen.setdefault((code or "", "".join((name or "").split())), []).append((source.label, state or ""))
    for (code, name), found in seen.items():
        if code and len({label for label, _ in found}) > 1:
            told = "、".join(f"{label}（{state}）" for label, state in found[:_NAMED])
            text = f"编码和名称都相同的部门在几个批次里：{told}"
            yield Clash(DEPARTMENT, f"{code} {name}".strip(), _named([label for label, _ in found]), text)


def _files(sources: Sequence[Source]) -> Iterator[Clash]:
    """By content. Only the digests are kept while looking, 16 bytes of each."""
    first: dict[bytes, int] = {}
    twice: dict[bytes, None] = {}
    for number, source in enumerate(sources):
        for (digest,) in source.values("文件清单", "SHA-256"):
            key = _key(digest)
            if key and first.setdefault(key, number) != number:
                twice[key] = None
    found: dict[bytes, list[tuple[str, str]]] = {key: [] for key in twice}
    for source in sources if twice else ():
        for file, digest in source.values("文件清单", "文件", "SHA-256"):
            if (key := _key(digest)) in found:
                found[key].append((source.label, file or ""))
    for places in found.values():
        told = "；".join(f"{label}：{file}" for label, file in places[:_NAMED])
        yield Clash(FILE, places[0][1], _named([label for label, _ in places]), f"几个批次收到内容相同的文件。{told}")


def _key(digest: str | None) -> bytes:
    """The digest in short; ``b""`` for what stands in place of one where a file could not be read."""
    try:
        return bytes.fromhex(digest)[:16] if digest and len(digest) == _DIGEST else b""
    except ValueError:
        return b""


def _versions(sources: Sequence[Source]) -> Iterator[Clash]:
    for key, what in (
        ("form", "表样"),
        ("form_version", "表样版本"),
        ("year", "年度"),
        ("tool_version", "xltool 版本"),
    ):
        groups: dict[str, list[str]] = {}
        for source in sources:
            groups.setdefault(source.said(key) or "（没有写）", []).append(source.label)
        if len(groups) > 1:
            told = "；".join(f"{value}：{_named(labels)}" for value, labels in groups.items())
            yield Clash(VERSION, what, _named([source.label for source in sources]), f"各批次不同。{told}")


def _returns(sources: Sequence[Source]) -> Iterator[Clash]:
    """Files that were filled in on another version of the form than their campaign's."""
    for source in sources:
        counts: dict[str, int] = {}
        for version, counted in source.values("文件清单", "表样版本", "采用"):
            if version and counted == "是" and version != source.said("form_version"):
                counts[version] = counts.get(version, 0) + 1
        for version, count in counts.items():
            yield Clash(
                RETURN,
                version,
                source.label,
                f"有 {count} 个部门用的是这一版，批次现在是 {source.said('form_version')}",
            )


def _named(labels: Sequence[str]) -> str:
    names = list(dict.fromkeys(labels))
    return "、".join(names[:_NAMED]) + (f" 等 {len(names)} 个" if len(names) > _NAMED else "")
