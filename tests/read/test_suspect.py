"""The quick look for formulas that act: by letters first, with the answer of one pattern of everything."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from xltool.read.book.active import SUSPICIOUS, suspect

_WHOLE = re.compile(b"|".join(pattern.pattern for _, pattern in SUSPICIOUS))
_PIECES = [
    *(letters for letters, _ in SUSPICIOUS),
    *(
        b":",
        b"\\\\\\\\",
        b"(",
        b" (",
        b"Connect(",
        b"Set(",
        b'"#',
        b"&quot;#",
        b"1]",
        b"a.xls",
        b"<!",
        b"<?",
        b"&#",
        b"SQL.REQUEST",
        b"xml ",
        b"10;",
        b"39;",
        b"s:",
        b"x",
        b"<f>",
    ),
]


@given(st.lists(st.sampled_from(_PIECES), max_size=12), st.booleans())
def test_the_same_answer_as_one_pattern(pieces: list[bytes], lower: bool) -> None:
    data = b"".join(piece.lower() if lower else piece for piece in pieces)
    assert suspect(data) == (_WHOLE.search(data.upper()) is not None)


def test_what_it_knows_is_what_it_knew() -> None:
    assert len(SUSPICIOUS) == 22
    assert all(
        suspect(data) for data in (b'webservice("x")', b"[1]Sheet", b"='http://x'", b"cmd|'/c'!A0", b"\xff\xfea")
    )
    assert all(
        suspect(b'<?xml version="1.0"?>' + data) for data in (b"<!--", b"<?x", b"&#x41;", b"sql.request", b"&#130;")
    )
    assert not any(
        suspect(data) for data in (b'<?xml version="1.0"?><f>SUM(A1)</f>', b"image", b'HYPERLINK("#A1")', b"&#10;")
    )
