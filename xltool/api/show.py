"""A few lines of HTML for notebooks. Whatever stands in it is text: nothing in it is a tag, a link or a script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xltool.writing.text import for_html


def page(title: str, headers: Sequence[str], rows: Iterable[Sequence[object]], note: str = "") -> str:
    """Return a title, a table without one if there are no rows, and a note.

    >>> page("<b>", ("项目",), [("A&B",)])
    '<div><p><strong>&lt;b&gt;</strong></p><table><thead><tr><th>项目</th></tr></thead><tbody><tr><td>A&amp;B</td></tr></tbody></table></div>'
    """
    lines = list(rows)
    table = ""
    if lines:
        head = "".join(f"<th>{for_html(header)}</th>" for header in headers)
        body = "".join(f"<tr>{''.join(f'<td>{_cell(value)}</td>' for value in row)}</tr>" for row in lines)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    below = f"<p>{for_html(note)}</p>" if note else ""
    return f"<div><p><strong>{for_html(title)}</strong></p>{table}{below}</div>"


def _cell(value: object) -> str:
    return "" if value is None else for_html(str(value))
