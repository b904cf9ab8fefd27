"""The house keeps its own rules: sizes, layers, names, and documents that are true."""

import ast
import importlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from api.cli import app
from dsl.text.messages import WORDING

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("dsl", "engine", "rules", "api")
BELOW = {"dsl": set(), "engine": {"dsl"}, "rules": {"dsl"}, "api": {"dsl", "engine", "rules"}}
MOST_LINES = 400
MOST_ROUTE_LINES = 120
NAMES_TO_AVOID = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}


def sources(*folders: str, pattern: str = "*.py") -> Iterator[Path]:
    for folder in folders:
        yield from sorted(p for p in (ROOT / folder).rglob(pattern) if "__pycache__" not in p.parts)


@pytest.mark.parametrize("path", [*sources(*PACKAGES, "tests", "bench"), *sources("dsl", pattern="*.lark")], ids=str)
def test_no_source_file_is_too_long(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    most = MOST_ROUTE_LINES if "routes" in path.parts else MOST_LINES
    assert lines <= most, f"{path.relative_to(ROOT)} has {lines} lines; split it by what it is about"


@pytest.mark.parametrize("path", [*sources("rules", pattern="*.policy")], ids=str)
def test_no_policy_file_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            yield (node.module or "").split(".")[0], node.lineno


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_go_down_never_up_or_sideways(package: str) -> None:
    forbidden = set(PACKAGES) - BELOW[package] - {package}
    found = [f"{p.relative_to(ROOT)}:{line}" for p in sources(package) for n, line in _imports(p) if n in forbidden]
    assert found == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_import_hides_inside_a_function(package: str) -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources(package)
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_nothing_below_the_rims_reads_the_clock() -> None:
    calls = re.compile(r"\b(date\.today|datetime\.now|time\.time|utcnow|perf_counter)\b")
    found = [str(p.relative_to(ROOT)) for p in sources("dsl", "engine", "rules") if calls.search(p.read_text("utf-8"))]
    assert found == []


def test_the_four_names_are_this_repository_and_nobody_elses() -> None:
    distributions = packages_distributions()
    for package in PACKAGES:
        found = importlib.import_module(package)
        assert Path(next(iter(found.__path__))).resolve() == ROOT / package
        assert set(distributions.get(package, ["huice"])) == {"huice"}


def test_names_say_what_things_are() -> None:
    bad = [str(p.relative_to(ROOT)) for p in sources(*PACKAGES) if p.stem in NAMES_TO_AVOID]
    shadowing = re.compile(r"^\s*(engine|rules)\s*(:[^=]+)?=[^=]", re.MULTILINE)
    bad += [str(p.relative_to(ROOT)) for p in sources(*PACKAGES, "tests") if shadowing.search(p.read_text("utf-8"))]
    assert bad == []


def test_tests_are_plain_files_with_names_of_their_own() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []
    repeated = [
        n for n, count in Counter(p.name for p in sources("tests") if p.name != "conftest.py").items() if count > 1
    ]
    assert repeated == []


def test_every_command_is_documented() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    names = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback is not None}
    assert names, "the command line has no commands"
    assert sorted(n for n in names if f"`huice {n}" not in text) == []


def test_every_diagnostic_has_both_languages_and_its_section() -> None:
    text = "\n".join(p.read_text(encoding="utf-8") for p in sources("docs/diagnostics", pattern="*.md"))
    for code, wording in WORDING.items():
        assert wording.en and wording.zh, f"{code} lacks a language"
        assert bool(wording.help_en) == bool(wording.help_zh), f"{code}: help in one language only"
        assert re.search(rf"^#+ .*{code}\b", text, re.MULTILINE), f"{code} has no section in docs/diagnostics"


def test_every_code_that_is_raised_is_worded() -> None:
    raised = {
        code
        for path in sources("dsl", "engine", "rules", "api")
        if path.name != "messages.py"
        for code in re.findall(r"[\"']([EWD]\d{3})[\"']", path.read_text(encoding="utf-8"))
    }
    assert raised == set(WORDING), "a code is raised without wording, or worded and never raised"


def _readme_blocks() -> list[tuple[str, str]]:
    return re.findall(
        r"^```(\w*)\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def test_the_readme_runs_as_written(tmp_path: Path) -> None:
    """Every `sh` block runs, in order, in one folder; what the README shows of the output is in it."""
    bin_folder = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}", "LANG": "C.UTF-8", "COLUMNS": "200"}
    environment.pop("HUICE_LANG", None)
    shown = ran = 0
    output = ""
    for kind, text in _readme_blocks():
        if kind == "sh":
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", text], cwd=tmp_path, env=environment, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
            output, ran = done.stdout, ran + 1
        elif ran and kind == "":
            for line in text.splitlines():
                assert line in output, f"the README shows {line!r}; the commands print\n{output}"
            shown += 1
    assert (ran, shown) == (6, 5)


def test_the_readme_shows_its_two_commands_first() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^    (make \w+)", text, re.MULTILINE)
    assert commands[:2] == ["make demo", "make test"]


@pytest.mark.parametrize(
    "name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/commands.md"]
)
def test_links_and_paths_in_documents_exist(name: str) -> None:
    path = ROOT / name
    text = path.read_text(encoding="utf-8")
    links = [target for target in re.findall(r"\]\(([^)#:]+)\)", text)]
    missing = [target for target in links if not (path.parent / target).exists()]
    named = re.findall(r"`((?:dsl|engine|rules|api|tests|docs|bench)/[\w./]+\.(?:py|md|lark))`", text)
    missing += [target for target in named if not (ROOT / target).exists()]
    assert missing == []
