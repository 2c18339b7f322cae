"""What tests of the engines share: where the examples are, and what they need."""

import importlib.util
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples" / "python"
SECRETS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "not-to-be-shown", "AWS_SESSION_TOKEN": "nor-this-one"}


def need(*modules: str) -> None:
    """Skips a test, and says for want of what."""
    missing = [name for name in (*modules, "moto", "obstore", "pyarrow") if importlib.util.find_spec(name) is None]
    if "pyspark" in modules and shutil.which("java") is None:
        missing.append("java")
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
