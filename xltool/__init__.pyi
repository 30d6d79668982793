from xltool import api as api
from xltool.api import Campaign as Campaign
from xltool.api import Outcome as Outcome
from xltool.api import load_form as load_form

__version__: str
