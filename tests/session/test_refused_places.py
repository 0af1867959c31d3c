"""Folders that may not be written to, and those that have vanished: each is named, with advice."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nmrquanv import writing
from nmrquanv.batch.ledger import Ledger, Record
from nmrquanv.batch.plan import Plan, Task
from nmrquanv.batch.report_files import Made, write_reports
from nmrquanv.batch.wanted import Wanted
from nmrquanv.errors import NmrQuanvError
from nmrquanv.io.peak_tables import PeakExport
from nmrquanv.io.recipe_files import write_recipe
from nmrquanv.io.spectra_formats import SPECTRUM_FORMATS, SpectrumExport, write_spectrum
from nmrquanv.io.tables.formats import FORMATS, write_peaks
from nmrquanv.io.text_form import TextForm
from nmrquanv.models import library, own_models
from nmrquanv.models.cards import new_card
from nmrquanv.models.networks import build
from nmrquanv.session import child_process
from nmrquanv.session.run_folder import Options, write_run_folder
from nmrquanv.session.text_forms import RememberedForm, TextForms
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.spectrum import Spectrum

Act = Callable[[Path], object]
LIST = PeakExport(PeakList((Peak(1.0, 2.0, id="a"),)))


def spectrum_as(name: str) -> Act:
    form = next(row for row in SPECTRUM_FORMATS if row.name == name)

    def act(folder: Path) -> None:
        export = SpectrumExport(Spectrum(np.arange(64.0) + 1j, Axis(64, 4000.0, 400.0, 9.0)))
        write_spectrum(folder / f"a{form.ending or '-1'}", export, form)

    return act


def model(folder: Path) -> None:
    card = new_card("cnn", name="mine", seed=1, n_circuits=1, channels=4, dilations=[1])
    library.save_model(folder, card, build(card))


def reports(folder: Path) -> None:
    made = Made(Wanted("classical"), None, "1")
    write_reports(folder, Plan((Task("a", "/data/a"),)), made, {})


def ledger(folder: Path) -> None:
    with Ledger(folder / "batch.jsonl") as one:
        one.add(Record(Task("a", "/data/a"), "", ""))


ACTS: dict[str, Act] = {
    **{f"spectrum, {row.name}": spectrum_as(row.name) for row in SPECTRUM_FORMATS},
    **{
        f"peaks, {row.name}": lambda folder, row=row: write_peaks(folder / f"a{row.ending}", LIST)
        for row in FORMATS
        if row.name in ("csv", "json", "xlsx")
    },
    "recipe": lambda folder: write_recipe(folder / "a.recipe.json", Recipe()),
    "model": model,
    "model file": lambda folder: own_models.export_model("cnn", folder / "a.nmrqmodel"),
    "batch, table": reports,
    "batch, record": ledger,
}
ADVICE = re.compile("choose another|name another")


def require_told(act: Act, place: Path) -> None:
    """Hold that an act is refused by an error that names the place and says what to do."""
    with pytest.raises(NmrQuanvError, match=ADVICE) as caught:
        act(place)
    assert str(place) in str(caught.value)


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every new file, as a disk does that may only be read; root may write anywhere."""

    def refuse(*_: object, **__: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    for name in ("create", "make_folder"):
        monkeypatch.setattr(writing.disk, name, refuse)
    opened = Path.open

    def only_read(path: Path, mode: str = "r", *rest: object, **more: object) -> object:
        return opened(path, mode, *rest, **more) if mode.startswith("r") else refuse()

    monkeypatch.setattr(Path, "open", only_read)


@pytest.mark.parametrize("name", ACTS)
def test_a_folder_that_may_only_be_read_is_named(name: str, tmp_path: Path, read_only) -> None:
    require_told(ACTS[name], tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [name for name in ACTS if name != "model"])  # makes its folder
def test_a_folder_that_has_vanished_is_named(name: str, tmp_path: Path) -> None:
    require_told(ACTS[name], tmp_path / "gone")


def test_a_batch_whose_disk_is_full_says_so(tmp_path: Path, monkeypatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    require_told(ledger, tmp_path)


def test_the_users_data_folder_is_named_with_what_to_do(qapp, monkeypatch, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NMRQUANV_DATA", str(tmp_path / "file"))
    require_told(lambda _: child_process.start(["x"], "test", {}), tmp_path / "file")
    monkeypatch.setattr("nmrquanv.session.run_folder.check", lambda examples: None)
    folder = tmp_path / "file" / "runs"
    require_told(lambda place: write_run_folder(place, [], Options("cnn")), folder)
    card = new_card("cnn", name="mine", seed=1, n_circuits=1, channels=4, dilations=[1])
    require_told(lambda _: library.save_user_model(card, build(card)), tmp_path / "file")
    forms = TextForms(folder / "text_forms.json")
    assert str(folder) in forms.keep("key", RememberedForm(TextForm()))
