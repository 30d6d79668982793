"""A return saved by another program is read like the original; two independent readers agree on every cell."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests import kit
from tests.clients import CLIENTS
from tests.read.test_happenings import clean
from tests.readers import differences, plain
from xltool.examine import examine
from xltool.form import form_by_id
from xltool.form.layout.issues import Issues
from xltool.read.book.opening import open_book
from xltool.read.returned.identity import identify, issue_of

Save = Callable[[Path, str], Path]
_FOUND = {
    "SheetJS xlsx": ["GF13 !", "GF14 !"],
    "SheetJS ods": ["GF13 !", "GF14 !"],
    "gnumeric ods": ["GF13 !"],
}
"""SheetJS drops protection and validations, gnumeric protection in .ods; everything else comes back as it was."""


def issued() -> Issues:
    issue = issue_of(identify(open_book(clean())))
    return Issues.of(issue)


@pytest.fixture(scope="module", params=CLIENTS, ids=[f"{name} {kind}" for name, _, kind in CLIENTS])
def saved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    name, save, kind = request.param
    source = tmp_path_factory.mktemp("client") / "return.xlsx"
    source.write_bytes(clean())
    return f"{name} {kind}", save(source, kind).read_bytes()


def test_read_like_the_original(saved: tuple[str, bytes]) -> None:
    name, data = saved
    form = form_by_id(kit.FORM_ID)
    outcome = examine("回收表", data, lambda ident: form if ident == form.id else None, issued())
    original = kit.examined(clean())
    assert kit.codes(outcome) == _FOUND.get(name, [])
    assert (outcome.scores, outcome.figures, outcome.issue) == (original.scores, original.figures, original.issue)


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_two_readers_agree(saved: tuple[str, bytes]) -> None:
    """calamine and, for .xlsx, openpyxl see what we see; calamine cannot open two of the .ods."""
    name, data = saved
    book = open_book(data)
    if name not in ("gnumeric ods", "SheetJS ods"):
        assert differences(book, data) == []
    if name.endswith("xlsx"):
        other = openpyxl.load_workbook(BytesIO(data), data_only=True)
        for sheet in book.sheets:
            cells = {
                (row, col): value
                for row, line in enumerate(other[sheet.title].iter_rows())
                for col, cell in enumerate(line)
                if (value := plain(cell.value)) != "" and cell.data_type != "e"
            }
            assert cells == dict(sheet.cells), sheet.title
