"""The speed promises that hold, as ratios on the same files; ``python -m tests.bench`` prints them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import documents
from tests.bench.measure import cpu
from tests.bench.ours import reporting, stamping, start
from tests.bench.returns import make, paths
from tests.bench.rivals import load_save, mark
from xltool.campaign.collect import collect
from xltool.campaign.settings import Campaign
from xltool.read.tables.open import open_document

pytestmark = pytest.mark.bench


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    return make(tmp_path_factory.mktemp("bench") / "批次", 4, different=True)


def test_marking_is_ten_times_faster_than_loading_and_saving(campaign: Campaign, tmp_path: Path) -> None:
    files = list(paths(campaign))
    mark(files, tmp_path)
    assert cpu(lambda: load_save(files, tmp_path)) / mark(files, tmp_path) >= 10


def test_a_second_collect_takes_less_than_a_twentieth(campaign: Campaign) -> None:
    first = cpu(lambda: collect(campaign, lambda _done, _total, _name: None))
    second = cpu(lambda: collect(campaign, lambda _done, _total, _name: None))
    assert second / first < 0.05


def test_reading_a_document_costs_little_more_than_opening_it() -> None:
    """Against python-docx, which has not looked at a cell yet by then."""
    data = documents.report()
    ours = documents.milliseconds(lambda: open_document(data, "a.docx"))
    assert ours < 2 * documents.milliseconds(lambda: documents.open_only(data))


def test_help_starts_at_once() -> None:
    assert start("--help") < 0.15


def test_forms_are_listed_without_compiling_them() -> None:
    assert start("forms") <= 0.4


def test_a_file_is_checked_with_one_form_loaded(campaign: Campaign) -> None:
    assert start("check", str(next(paths(campaign)))) <= 0.7


def test_another_department_of_a_structure_takes_a_twelfth() -> None:
    alone, other = stamping()
    assert alone / other >= 12


def test_a_word_report_costs_no_more_than_checking_the_return() -> None:
    ((report, check),) = reporting(["hunan-department-2022"]).values()
    assert report <= 1.25 * check
