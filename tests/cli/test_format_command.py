"""`huice format`: what it prints and writes, and its exit codes."""

from pathlib import Path

import pytest

ENGLISH = 'fact score "积分": points\n\npolicy p: score ≥ 600\n'
CHINESE = "指标 score “积分”：分值\n\n政策 p：积分≥600\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack of two files, one in its canonical layout."""
    place = tmp_path / "pack"
    place.mkdir()
    (place / "facts.policy").write_text('fact score "积分": points\n', encoding="utf-8")
    (place / "loans.policy").write_text("policy p :\n  score >= 600   # bar", encoding="utf-8")
    return place


def test_it_rewrites_what_changes_and_names_it(huice, folder: Path) -> None:
    before = (folder / "facts.policy").stat().st_mtime_ns
    assert huice("format", folder) == (0, f"{folder / 'loans.policy'}\n", "")
    assert (folder / "loans.policy").read_text(encoding="utf-8") == "policy p: score ≥ 600  # bar\n"
    assert (folder / "facts.policy").stat().st_mtime_ns == before
    assert sorted(p.name for p in folder.iterdir()) == ["facts.policy", "loans.policy"]
    assert huice("format", folder) == (0, "", "")


def test_check_shows_the_difference_and_changes_nothing(huice, folder: Path) -> None:
    before = (folder / "loans.policy").read_bytes()
    said = huice("format", "--check", folder)
    assert said.code == 1
    assert said.out.splitlines()[2:] == [
        "@@ -1,2 +1 @@",
        "-policy p :",
        "-  score >= 600   # bar",
        "\\ No newline at end of file",
        "+policy p: score ≥ 600  # bar",
    ]
    assert (folder / "loans.policy").read_bytes() == before
    huice("format", folder)
    assert huice("format", folder, "--check") == (0, "", "")


def test_translation_there_and_back(huice, pack) -> None:
    place = pack(ENGLISH)
    [file] = [place] if place.is_file() else list(place.iterdir())
    assert huice("format", "--lang", "zh", place).code == 0
    assert file.read_text(encoding="utf-8") == CHINESE
    assert huice("format", "--lang", "en", "--check", place).code == 1
    assert huice("format", "--lang", "en", place).code == 0
    assert file.read_text(encoding="utf-8") == ENGLISH


def test_a_file_of_a_pack_is_read_with_the_files_beside_it(huice, folder: Path) -> None:
    said = huice("format", "--stdout", folder / "loans.policy")
    assert said == (0, "policy p: score ≥ 600  # bar\n", "")
    assert huice("format", "--stdout", "--lang", "zh", folder).out == (
        "指标 score “积分”：分值\n\n政策 p：积分≥600  # bar\n"
    )
    assert "score >= 600" in (folder / "loans.policy").read_text(encoding="utf-8")
    assert huice("format", folder / "loans.policy").code == 0
    assert (folder / "loans.policy").read_text(encoding="utf-8") == "policy p: score ≥ 600  # bar\n"


def test_a_pack_with_an_error_is_refused_with_its_problems(huice, folder: Path) -> None:
    (folder / "bad.policy").write_text("policy q:   scroe ≥ 600", encoding="utf-8")
    for option in ((), ("--check",), ("--stdout",), ("--lang", "zh")):
        said = huice("format", folder, *option)
        assert said.code == 1 and said.out == ""
        assert "E201" in said.err and "bad.policy:1:13" in said.err
    assert "score >= 600" in (folder / "loans.policy").read_text(encoding="utf-8")
    assert huice("format", folder / "bad.policy").code == 1


def test_line_ends_and_byte_order_mark_stay(huice, tmp_path: Path) -> None:
    file = tmp_path / "a.policy"
    file.write_bytes(b"\xef\xbb\xbf" + ENGLISH.replace(" ≥ ", ">=").replace("\n", "\r\n").encode())
    assert huice("format", file).code == 0
    assert file.read_bytes() == b"\xef\xbb\xbf" + ENGLISH.replace("\n", "\r\n").encode()
    assert huice("format", "--check", file) == (0, "", "")


def test_an_unknown_pack_is_wrong_usage(huice) -> None:
    assert huice("format", "nowhere").code == 2
    assert huice("format").code == 2
    assert huice("format", "national", "--lang", "fr").code == 2


def test_a_formatter_that_fails_changes_nothing(huice, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (folder / "loans.policy").read_bytes()
    monkeypatch.setattr("dsl.syntax.format.Formatter.format", lambda self, source, language: "fact other: points\n")
    said = huice("format", folder)
    assert said.code == 1 and "report" in said.err
    assert (folder / "loans.policy").read_bytes() == before
