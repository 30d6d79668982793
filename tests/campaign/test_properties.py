"""No file we write says who was logged in, on which machine, with which library, or where."""

from __future__ import annotations

import datetime
import getpass
import platform
import re
import zipfile
from pathlib import Path

from tests.campaign.test_collect import Progress, total_wrong
from xltool.campaign.collect import collect
from xltool.campaign.collected import open_collected
from xltool.campaign.correspondence.letters import write_letters
from xltool.campaign.roster.sheet import Roster, write_roster
from xltool.campaign.settings import Campaign
from xltool.campaign.status import standings, write_list
from xltool.files import AUTHOR

LIBRARIES = ("python-docx", "openpyxl", "XlsxWriter")


def test_properties_of_everything_the_bureau_gets(campaign: Campaign, quiet: Progress, tmp_path: Path) -> None:
    total_wrong(campaign.inbox / "000001.xlsx", "000001.xlsx")
    result = collect(campaign, quiet)
    write_letters(open_collected(campaign), datetime.date(2023, 3, 20))
    write_list(campaign, standings(result, datetime.date(2023, 3, 20)))
    write_roster(tmp_path / "名册.xlsx", Roster(()))
    written = [
        *campaign.returned.rglob("*.xlsx"),
        *campaign.summary.parent.rglob("*.xlsx"),
        *campaign.folder.rglob("*.docx"),
        tmp_path / "名册.xlsx",
    ]
    assert {path.suffix for path in written} == {".xlsx", ".docx"}
    assert len(written) >= 7
    ours = re.compile("|".join(map(re.escape, (str(tmp_path), str(Path.home()) + "/", *LIBRARIES))))
    names = {getpass.getuser(), platform.node()} - {""}
    for path in written:
        with zipfile.ZipFile(path) as package:
            parts = {name: package.read(name).decode("utf-8", "replace") for name in package.namelist()}
        core = parts["docProps/core.xml"]
        for tag in ("dc:creator", "cp:lastModifiedBy"):
            assert re.findall(f"<{tag}>([^<]*)</{tag}>", core) == [AUTHOR], (path.name, tag)
        assert [name for name, text in parts.items() if ours.search(text)] == [], path.name
        properties = "".join(text for name, text in parts.items() if name.startswith("docProps/"))
        assert [name for name in names if f">{name}<" in properties] == [], path.name
