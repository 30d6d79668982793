"""Official forms and reports read as they are: the inverse of ``prints`` and of the report's sentences.

Imports ``read.tables.grid``, ``engine``, ``form`` and below. The result is a filled form like any other.
"""

from xltool.read.official.door import read_official
from xltool.read.official.official_notices import NOTICES
from xltool.read.official.place import OfficialPlaces
from xltool.read.official.recognise import Recognised, recognise
from xltool.read.wanted import Official

__all__ = ["NOTICES", "Official", "OfficialPlaces", "Recognised", "read_official", "recognise"]
