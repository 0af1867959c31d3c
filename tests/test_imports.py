"""Who may import whom, and what must not be loaded before it is needed."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]


ASKED_FOR = {
    "nmrquanv.gui.dialogs.error_dialog",
    "nmrquanv.gui.dialogs.export_choices",
    "nmrquanv.gui.dialogs.reference",
    "nmrquanv.gui.dialogs.save_as",
    "nmrquanv.gui.dialogs.text_import",
    "nmrquanv.gui.plot.figure_copy",
    "nmrquanv.gui.report_command",
    "nmrquanv.gui.script_command",
    "nmrquanv.io.document_form",
    "nmrquanv.io.reading",
    "nmrquanv.io.tables.formats",
    "nmrquanv.io.text_form",
    "nmrquanv.models.cards",
    "nmrquanv.batch.plan",
    "nmrquanv.session.candidate_counts",
    "nmrquanv.session.explaining",
    "nmrquanv.session.importing",
    "nmrquanv.session.run_folder",
    "nmrquanv.session.storing",
    "nmrquanv.session.stacking",
    "nmrquanv.session.study_catalogue",
    "nmrquanv.session.text_trial",
    "nmrquanv.spectra.fitted_trace",
    "nmrquanv.spectra.line_form",
    "nmrquanv.spectra.multiplets.published",
    "nmrquanv.spectra.picking",
    "nmrquanv.spectra.step_work",
    "nmrquanv.spectra.tops",
    "nmrquanv.statistics",
}
"""Of ours, what an empty window does without: with what it brings, a fifth of the start."""


def loaded_after(program: str, names: set[str]) -> set[str]:
    """Return which of the modules a fresh interpreter has after running a program."""
    ask = f"import sys; {program}; print(*({names!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_layers_of_the_house_hold() -> None:
    program = (
        "import sys; from importlinter.cli import lint_imports_command;"
        "sys.argv = ['lint-imports', '--no-cache']; lint_imports_command()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_drawing_of_the_layers_is_what_is_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (layers,) = (
        contract["layers"]
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract.get("containers") == ["nmrquanv"]
    )
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    drawing = text.partition("## Who may import whom")[2].split("```")[1]
    drawn = [
        {name.strip(" ()") for name in layer.split("|")}
        for layer in " ".join(drawing.split()).split(" > ")
    ]
    assert drawn == [{name.strip() for name in layer.split("|")} for layer in layers]


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Those for type checkers count too: what is read in a circle is understood in a circle."""
    graph = grimp.build_graph("nmrquanv", cache_dir=None)
    below = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    assert len(below) > 200
    assert "nmrquanv.session.document" in below["nmrquanv.gui.main_window"]
    TopologicalSorter(below).prepare()  # names the circle if there is one


def test_the_window_is_no_hub() -> None:
    """Whoever needs a part of the window is given it; the window itself only who starts it."""
    graph = grimp.build_graph("nmrquanv", cache_dir=None)
    holding = graph.find_modules_that_directly_import("nmrquanv.gui.main_window")
    assert holding == {"nmrquanv.gui.app", "nmrquanv.gui.self_test"}


@pytest.mark.parametrize(
    ("program", "names"),
    [
        ("import nmrquanv", {"numpy", "torch", "PySide6"}),
        ("import nmrquanv.cli", {"numpy", "scipy", "torch", "PySide6", "nmrglue"}),
        (
            "import nmrquanv.io",
            {"torch", "pennylane", "PySide6", "nmrglue", "scipy.signal", "pybaselines"},
        ),
        ("import nmrquanv.models.cards, nmrquanv.models.finder", {"torch", "pennylane", "PySide6"}),
        ("import nmrquanv.models.library", {"torch", "pennylane", "PySide6"}),
        (
            "import nmrquanv.gui.app",
            {"torch", "pennylane", "nmrglue", "scipy.signal", "pybaselines", "matplotlib"},
        ),
        ("import nmrquanv.gui.app", ASKED_FOR),
    ],
)
def test_nothing_slow_is_loaded_before_it_is_needed(program: str, names: set[str]) -> None:
    assert loaded_after(program, names) == set()


def test_the_short_way_in_is_lazy() -> None:
    assert loaded_after("from nmrquanv import read", {"torch", "PySide6"}) == set()


def test_a_network_runs_without_pennylane() -> None:
    program = (
        "import nmrquanv.models.library as library;"
        "[library.load(card.name) for card in library.list_models()]"
    )
    assert loaded_after(program, {"pennylane", "PySide6"}) == set()


def test_nmrglue_is_loaded_when_numbers_are_read_and_not_before(examples: Path) -> None:
    folder = str(examples)
    quiet = (
        "from nmrquanv.io import data_sets, outline, read;"
        "from nmrquanv.io.summaries import summary;"
        f"sets = data_sets({folder!r});"
        "[(outline(one), summary(one)) for one in sets];"
        "from nmrquanv.cli.info import describe;"
        "describe(outline(sets[0]));"
    )
    assert loaded_after(quiet + "assert len(sets) > 3", {"nmrglue", "scipy.signal"}) == set()
    assert loaded_after(quiet + "read(sets[0])", {"nmrglue"}) == {"nmrglue"}
