"""Charts as SVG, made here: no script draws them, and they print.

Imports ``writing``. What is said of a bar stands beside it as text, so a chart is also a table. Colours are classes of
page.css: a style attribute would be against the page's own security policy.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from xltool.writing.measure import width

_LINE, _BAR, _WIDE = 26, 16, 430


def bars(title: str, items: Sequence[tuple[str, int, str]]) -> Markup:
    """Return horizontal bars. ``items``: label, count, class of colour."""
    most = max((count for _, count, _ in items), default=0) or 1
    left = 12 + 7 * max((width(label) for label, _, _ in items), default=0)
    room = _WIDE - left - 50
    height = _LINE * len(items) + 4
    told = "，".join(f"{label} {count}" for label, count, _ in items) or "没有数据"
    parts = [
        Markup('<svg class="chart" role="img" viewBox="0 0 {} {}" width="{}" height="{}" aria-label="{}：{}">').format(
            _WIDE, height, _WIDE, height, title, told
        )
    ]
    for number, (label, count, kind) in enumerate(items):
        top, long = number * _LINE + 4, max(2, room * count // most) if count else 0
        middle = top + 13
        parts.append(Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(left - 8, middle, label))
        parts.append(
            Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(kind, left, top, long, _BAR)
        )
        parts.append(Markup('<text x="{}" y="{}">{}</text>').format(left + long + 6, middle, count))
    return Markup("").join([*parts, Markup("</svg>")])
