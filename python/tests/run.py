"""pytest over this directory, leaving nothing behind in it."""
import pathlib
import sys

import pytest

sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:], str(pathlib.Path(__file__).parent)]))
