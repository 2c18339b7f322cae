"""The examples in docstrings and documents run."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import avatar_prep

FLAGS = doctest.NORMALIZE_WHITESPACE


def test_docstrings():
    names = [name for _, name, _ in pkgutil.iter_modules(avatar_prep.__path__) if name not in ("__main__", "_native")]
    ran = 0
    for name in ["avatar_prep", *(f"avatar_prep.{name}" for name in names)]:
        result = doctest.testmod(importlib.import_module(name), optionflags=FLAGS)
        assert result.failed == 0, name
        ran += result.attempted
    assert ran >= 9


def test_documents(tmp_path, monkeypatch):
    documents = Path(__file__).parents[3] / "docs" / "python.md"
    readme = Path(__file__).parents[1] / "README.md"
    monkeypatch.chdir(tmp_path)
    for document in (documents, readme):
        result = doctest.testfile(str(document), module_relative=False, optionflags=FLAGS)
        assert result.failed == 0 and result.attempted >= 3, document
