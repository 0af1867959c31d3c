"""The documentation: examples run, recipes apply and do what they say, pages are there."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "resources" / "help" / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
RECIPES = sorted((DOCS / "extend").glob("*.md"))
WITH_EXAMPLES = [page for page in PAGES if "```python" in page.read_text("utf-8")]


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)


def run(program: str, folder: Path, source: Path) -> None:
    """Run a program in a folder, with the package that lies in another."""
    done = subprocess.run(
        [sys.executable, "-W", "error::SyntaxWarning", "-c", program],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(source), "OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [p for p in WITH_EXAMPLES if p not in RECIPES], ids=lambda p: p.stem
)
def test_examples_run(page: Path, tmp_path: Path) -> None:
    newest = sorted((ROOT / "tests" / "data" / "documents").glob("*.nmrq"))[-1]
    shutil.copy(newest, tmp_path / "mine.nmrq")  # what a reader has saved
    run("\n".join(blocks(page, "python")), tmp_path, ROOT)


@pytest.mark.slow
@pytest.mark.parametrize("page", RECIPES, ids=lambda p: p.stem)
def test_a_recipe_applies_and_does_what_it_says(page: Path, tmp_path: Path) -> None:
    (diff,), (program,) = blocks(page, "diff"), blocks(page, "python")
    source = tmp_path / "source"
    shutil.copytree(
        ROOT / "nmrquanv", source / "nmrquanv", ignore=shutil.ignore_patterns("__pycache__")
    )
    (source / "resources").symlink_to(ROOT / "resources")
    subprocess.run(["git", "init", "-q", "."], cwd=source, check=True)  # none above it counts
    subprocess.run(["git", "apply", "-"], cwd=source, input=diff.encode(), check=True)
    words = [sys.executable, "-m", "ruff", "check", "-q", "--config", str(ROOT / "pyproject.toml")]
    subprocess.run([*words, "nmrquanv"], cwd=source, check=True)
    made = tmp_path / "made"
    made.mkdir()
    for written in source.glob("*.json"):
        shutil.copy(written, made)
    run(program, made, source)


def test_every_page_is_in_the_contents_and_every_link_leads_somewhere() -> None:
    contents = (DOCS / "index.md").read_text("utf-8")
    for page in PAGES:
        name = page.relative_to(DOCS).with_suffix("").as_posix()
        assert name == "index" or f"\n{name}\n" in contents, name
        for target in re.findall(r"\{doc\}`(/[\w/-]+)`", page.read_text("utf-8")):
            assert (DOCS / f"{target[1:]}.md").exists(), (page, target)
    assert len(RECIPES) == 4
    others = {p for p in DOCS.parent.rglob("*.md") if p.parent.name != "guide"} - set(PAGES)
    assert others == set()  # what lies beside them nobody would find


def test_files_that_the_pages_name_exist() -> None:
    for page in PAGES:
        text = re.sub(r"^```diff\n.*?^```", "", page.read_text("utf-8"), flags=re.M | re.S)
        for name in re.findall(r"`((?:nmrquanv|resources|tests|packaging)/[\w./-]+)`", text):
            assert (ROOT / name).exists(), (page, name)


def test_the_python_interface_is_told_whole_and_nothing_else() -> None:
    import nmrquanv as nq

    text = (DOCS / "reference" / "python.md").read_text("utf-8")
    table, described = text.split("```{eval-rst}")
    assert set(re.findall(r"`nq\.(\w+)[`(]", table)) == set(nq.__all__)
    names = re.findall(r"^\.\. auto\w+:: ([\w.]+)$", described, re.M)
    assert {name.rpartition(".")[2] for name in names} == set(nq.__all__)
    for name in names:
        home, _, own = name.rpartition(".")
        assert getattr(importlib.import_module(home), own) is getattr(nq, own), name


def test_a_document_is_opened_with_what_any_program_has() -> None:
    text = (DOCS / "reference" / "file-formats.md").read_text("utf-8")
    (program,) = (
        b for b in blocks(DOCS / "reference" / "file-formats.md", "python") if ".nmrq" in b
    )
    assert set(re.findall(r"^import (\w+)", program, re.M)) == {"json", "numpy", "zipfile"}
    from nmrquanv.io.document_form import VERSION

    assert f"nmrquanv.document/{VERSION}" in program
    assert f"document-{VERSION}.schema.json" in text


def test_the_sidecar_of_a_table_is_called_as_it_is_written() -> None:
    """The page's own example shows that it is ``peaks.csv.json`` which lies there."""
    for name in ("file-formats", "command-line"):
        assert "`NAME.csv.json`" in (DOCS / "reference" / f"{name}.md").read_text("utf-8")


def test_the_command_line_is_told_whole() -> None:
    from nmrquanv.cli.arguments import _BUILDERS

    text = (DOCS / "reference" / "command-line.md").read_text("utf-8")
    assert all(f"`nmrquanv {name} " in text for name in _BUILDERS)


def test_every_variable_of_the_environment_is_told() -> None:
    ours = {
        name
        for path in (ROOT / "nmrquanv").rglob("*.py")
        for name in re.findall(r'"(NMRQUANV_[A-Z_]+)"', path.read_text("utf-8"))
    } - {"NMRQUANV_CHILD"}  # from the program to its own children
    text = (DOCS / "reference" / "your-files.md").read_text("utf-8")
    assert len(ours) >= 4
    assert [name for name in sorted(ours) if name not in text] == []


def test_every_experiment_and_every_measure_is_named() -> None:
    import argparse

    from nmrquanv.cli.arguments import _COMMANDS
    from nmrquanv.cli.model_arguments import add_bench
    from nmrquanv.study.experiments.registry import EXPERIMENTS

    text = (DOCS / "reference" / "command-line.md").read_text("utf-8")
    told = text.partition("`study` takes ")[2].partition("| Option")[0]
    assert set(re.findall(r"`([\w-]+)`", told)) == {*EXPERIMENTS, "all", "check"}
    parser = argparse.ArgumentParser()
    add_bench(parser)
    (what,) = (action for action in parser._actions if action.dest == "what")
    assert all(re.search(rf"`nmrquanv bench {name}[ `]", text) for name in what.choices)
    assert all(f"\n  bench {name} " in _COMMANDS for name in what.choices)  # the program's own
    assert "`nmrquanv --self-test`" in text


def test_the_benchmark_s_report_names_the_page_that_tells_of_other_pickers() -> None:
    from nmrquanv.bench.aims import SOURCE

    told = [page.read_text("utf-8") for page in PAGES]
    (page,) = (text for text in told if text.startswith(f"# {SOURCE.partition('; see ')[2]}\n"))
    assert "measured by others on unseen spectra of the" in page


PLACES = {
    "PATH": "example_spectra/bruker_1h_menthol/10",
    "FOLDER": "example_spectra",
    "NAME/10/pdata/1": "example_spectra/bruker_1h_menthol/10/pdata/1",
    "COPY-OF-resources/help/study/robustness": "help/study/robustness",
}
VALUES = {"N": "1", "NUMBER": "1", "FILE": "made.jdx", "DIR": "made", "OUT": "made"}
WITH_COMMANDS = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.parent.rglob("*.md")))


def printed(page: Path) -> Iterator[tuple[str, bool]]:
    """Yield the commands of a page, and whether one is meant to be typed as it stands."""
    text = page.read_text("utf-8")
    for block in re.findall(r"^```(?:console)?\n(.*?)^```", text, re.M | re.S):
        for line in re.findall(r"^ *(?:\$ )?nmrquanv (\S.*?)(?: {2,}#.*)?$", block, re.M):
            yield line, True
    for words in re.findall(r"`(?:nmrquanv |(?=bench ))([^`.]+[^`]*)`", text):
        yield " ".join(words.split()), False


def refusal(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return what the command line says against a command; nothing where it takes it."""
    from nmrquanv.cli.arguments import parse

    try:
        parse(words)
    except SystemExit as end:
        return capsys.readouterr().err if end.code else ""
    return ""


def test_every_command_that_is_printed_is_one_that_the_program_takes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What stands for something has that in its place; in passing less than needed may be said."""
    count = 0
    for page in WITH_COMMANDS:
        added = re.findall(r'^\+NAME = "(\w+)"$', page.read_text("utf-8"), re.M)  # by a recipe
        for command, is_whole in printed(page):
            words = re.sub(r"[\[\]]|\.\.\.", "", command)
            for name, place in PLACES.items():
                there = str(ROOT / "resources" / place)
                words = re.sub(rf"(?<![\w/]){name}(?![\w.])", there, words)
            given = [VALUES.get(word, word) for word in shlex.split(words)]
            if not {*added, "NAME", "COMMAND"} & set(given):
                told = refusal(given, capsys)
                is_short = re.search("required|takes a FOLDER", told) is not None
                assert not told or (is_short and not is_whole), (page, command, told)
                count += 1
    assert count > 80


HEADS = (
    "Two commands",
    "A tour of five minutes",
    "How good is it?",
    "Beside other programs",
    "Does quantum help?",
)


def test_readme_has_what_decides_on_its_first_two_screens() -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    heads = {line[3:]: at for at, line in enumerate(lines) if line.startswith("## ")}
    assert tuple(heads)[: len(HEADS)] == HEADS
    picture = next(at for at, line in enumerate(lines) if line.startswith("!["))
    assert picture < heads["Two commands"]
    assert heads["Does quantum help?"] <= 120
    assert len(lines) <= 250


def test_every_link_of_readme_leads_somewhere_and_every_page_is_linked() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    named = [t for t in re.findall(r"\]\(([^)#\s]+)\)", text) if not t.startswith("https://")]
    assert len(named) > 15
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert "](#" not in text
    pages = {p.relative_to(ROOT).as_posix() for p in PAGES if p.name != "index.md"}
    assert pages <= set(named)
