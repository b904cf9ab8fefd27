"""The examples in docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

PACKAGES = ("dsl", "engine", "rules", "api")
MODULES = sorted(
    module.name
    for package in PACKAGES
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}.")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0, f"{failed} examples of {name} differ; see the captured output"


def test_the_packages_have_examples() -> None:
    found = sum(
        len(test.examples)
        for name in MODULES
        for test in doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name))
    )
    assert found >= 60
