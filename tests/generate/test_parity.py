"""The largest project form, one and two projects, in LibreOffice; tests/form/test_library.py does every form."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import kit
from tests.office import needs_office
from tests.parity import assert_same, random_values
from xltool.form import form_by_id

FILLS = 104
PER_RUN = 13


@needs_office
@pytest.mark.office
@pytest.mark.parametrize("run", range(FILLS // PER_RUN))
def test_every_formula_gives_the_same_in_libreoffice(run: int, tmp_path: Path) -> None:
    form = form_by_id(kit.FORM_ID)
    made = kit.issue(form, projects=1 + run % 2)
    seeds = range(run * PER_RUN, (run + 1) * PER_RUN)
    assert assert_same(form, made, (random_values(form, made, seed) for seed in seeds), tmp_path) > 1500
