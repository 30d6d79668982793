"""一级 and 二级 of an indicator row: names as written, merged over rows or left out. Imports ``form``, ``labels``."""

from __future__ import annotations

from xltool.form import Form
from xltool.read.official.labels import label_of

_ENDING = "指标"
_LONGEST = 40


class Levels:
    """The blocks of a form's table, found by the names people write."""

    def __init__(self, form: Form) -> None:
        self.firsts: dict[str, str] = {}
        self.seconds: dict[str, list[tuple[str, str]]] = {}
        aliases = form.spec.official.aliases
        for table in form.tables.values():
            for level in table.levels:
                name = str(level.name)
                self.firsts |= {_bare(word): name for word in (name, *aliases.get(name, ()))}
                for group in level.groups:
                    named = (name, str(group.name))
                    for bare in {_bare(word) for word in (named[1], *aliases.get(named[1], ()))}:
                        self.seconds.setdefault(bare, []).append(named)

    def known(self, text: str) -> bool:
        """Whether a text names a block."""
        bare = _bare(text)
        return bool(bare) and (bare in self.firsts or bare in self.seconds)

    def first(self, text: str) -> str:
        """The 一级 a text names, "" if none of ours."""
        return self.firsts.get(_bare(text), "")

    def row(self, first: str, second: str, before: tuple[str, str]) -> tuple[str, str]:
        """Return 一级 and 二级 of a row; a blank one is that of the row before, an unknown one stays as written."""
        one = self.firsts.get(_bare(first), label_of(first)[:_LONGEST])
        bare = _bare(second)
        known = self.seconds.get(bare, [])
        if not one:
            one = next(
                (level for level, _ in known if level == before[0]), known[0][0] if len(known) == 1 else before[0]
            )
        if not bare:
            return one, before[1] if one == before[0] else self._only(one)
        named = next((name for level, name in known if level == one), "")
        if not named:
            named = next(
                (n for names in self.seconds.values() for level, n in names if level == one and bare in _bare(n)), ""
            )
        return one, named or label_of(second)[:_LONGEST]

    def _only(self, level: str) -> str:
        """The 二级 of a 一级 that has just one."""
        names = [name for names in self.seconds.values() for one, name in names if one == level]
        return names[0] if len(names) == 1 else ""


def _bare(text: str) -> str:
    """A block's name without 指标."""
    return label_of(text).removesuffix(_ENDING)
