"""单位填报一页纸: goes out with the workbooks, filled in from the campaign's settings and the form's own reminders.

Imports ``issue``, ``letters`` and ``report``. The template lies under 模板 and is made there once. A PDF is written where
LibreOffice is installed; elsewhere Word or WPS saves one.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from xltool.campaign.correspondence.letters import TEMPLATE_BYTES, TEMPLATES
from xltool.campaign.issue.outbox import sender_of
from xltool.campaign.settings import Campaign, CampaignError
from xltool.files import read_own, write_atomic
from xltool.form import Form
from xltool.form.compiled.policy_texts import of_year
from xltool.report.documents.letter import LetterError, fill

NAME = "单位填报一页纸"
_MOST = 8  # reminders that leave it one page
_SECONDS = 120
_WINDOWS = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)


@dataclass(frozen=True, slots=True)
class Leaflet:
    """``pdf`` is None where no LibreOffice is installed, or where it did not write one."""

    document: Path
    pdf: Path | None


def leaflet_of(campaign: Campaign, form: Form) -> bytes:
    """Return the leaflet as a Word document.

    Raises:
        CampaignError, UnusableFileError: the template cannot be used.
    """
    from xltool.generate.sheets.guide import reminders
    from xltool.report.documents.leaflet_template import leaflet_template

    template = campaign.folder / TEMPLATES / f"{NAME}.docx"
    if not template.exists():
        write_atomic(template, leaflet_template(form.spec.timing))
    values = {"批次": campaign.name, "年度": str(campaign.year), **dict(sender_of(campaign).lines())}
    values["报送什么"] = values["报送什么"].replace("本文件", "下发表")
    rows = [{"要点": of_year(text, campaign.year)} for text in reminders(form)[:_MOST]]
    try:
        return fill(read_own(template, TEMPLATE_BYTES), str(template), values, rows)
    except LetterError as error:
        raise CampaignError(str(error)) from None


def write_leaflet(campaign: Campaign, form: Form) -> Leaflet:
    """Write the leaflet into 下发, as Word and, where LibreOffice is installed, as PDF.

    Raises:
        CampaignError, UnusableFileError: the template cannot be used.
        TargetLockedError: the file is open in another program.
    """
    target = campaign.outbox / f"{NAME}.docx"
    write_atomic(target, leaflet_of(campaign, form))
    data = _pdf(target)
    if data is None:
        return Leaflet(target, None)
    write_atomic(target.with_suffix(".pdf"), data)
    return Leaflet(target, target.with_suffix(".pdf"))


def _office() -> str | None:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((path for path in _WINDOWS if Path(path).is_file()), None)


def _pdf(document: Path) -> bytes | None:
    """Convert in a folder and with a profile of its own: an office somebody works in is left alone."""
    office = _office()
    if office is None:
        return None
    with tempfile.TemporaryDirectory(prefix="xltool-") as folder:
        work = Path(folder)
        shutil.copyfile(document, work / "page.docx")
        profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
        order = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(work / "page.docx")]
        try:
            subprocess.run(order, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603 - our own arguments
            return (work / "page.pdf").read_bytes()
        except (OSError, subprocess.SubprocessError):
            return None
