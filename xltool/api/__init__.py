"""The tool for other programs and for notebooks: one file checked, a form loaded, a workbook generated, a campaign's tables.

Imports everything below. What is exported here is a published interface: only ever add. pandas is imported when a frame
is asked for, not before. A newcomer would compute tables here: they are those of 汇总.xlsx, from the same place.
"""

import warnings

from xltool.api.campaign import CampaignTables as Campaign
from xltool.api.checked import CheckedOutcome as Outcome
from xltool.api.checking import check
from xltool.api.forms import generate, load_form
from xltool.campaign.settings import CampaignError
from xltool.findings import Finding, Severity, Status
from xltool.form import DefinitionError, Form
from xltool.report.workbook.exports import NoParquetError

__all__ = [
    "Campaign",
    "CampaignError",
    "DefinitionError",
    "Finding",
    "Form",
    "NoParquetError",
    "Outcome",
    "Severity",
    "Status",
    "check",
    "generate",
    "load_form",
]

# Whoever works with frames opens our workbooks with pandas, too. Those of earlier versions print down to the last row that
# is used, by a function; openpyxl, under pandas, only knows fixed areas and says so.
warnings.filterwarnings("ignore", "Print area cannot be set to Defined name", UserWarning)
