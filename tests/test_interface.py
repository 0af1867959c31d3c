"""``import nmrquanv as nq``: what a notebook or a pipeline meets."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nmrquanv as nq
from nmrquanv.models import finder
from nmrquanv.paths import resource
from nmrquanv.session.document import Document
from nmrquanv.session.settings import Settings
from nmrquanv.spectra.recipe import Apodization, Magnitude, Recipe

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = "help/first_steps.ipynb"


def places(peaks: nq.PeakList) -> list[tuple[float, float]]:
    return [(peak.ppm, peak.height) for peak in peaks]


@pytest.mark.parametrize(
    ("example", "model"),
    [
        ("bruker_1h_aspirin_fidonly", "quanv"),
        ("bruker_1h_menthol/10", "cnn"),
        ("bruker_1h_cyclosporin", "classical"),
        ("bruker_13c_caryophyllene_oxide", "classical"),
        ("bruker_dept135_caryophyllene_oxide", "cnn"),
    ],
)
def test_the_peaks_are_those_of_the_window_and_of_the_command_line(
    examples, qapp, run_command, example, model
) -> None:
    path = examples / example
    peaks = nq.find_peaks(nq.read(path), model)
    dataset = nq.read(path)
    document = Document(dataset, dataset.recipe.run(dataset.data), example)
    found = finder.find_peaks(document.spectrum, model)
    document.edit.set_layer_results({model: found}, None)
    assert places(peaks) == places(document.shown_peaks())
    assert len(peaks.candidates) == len(found) > len(peaks) > 0
    code, out, _ = run_command("pick", path, "--model", model, "-o", "-")
    assert code == 0
    told = [(p["ppm"], p["height"]) for p in json.loads(out)["peaks"]]
    assert told == places(peaks)


def test_window_and_command_line_obey_the_same_settings(
    examples, qapp, run_command, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("NMRQUANV_SETTINGS", str(tmp_path / "settings.json"))
    settings = Settings()
    settings.thresholds = nq.Thresholds(min_snr=200.0)
    assert settings.save()
    path = examples / "bruker_13c_caryophyllene_oxide"
    dataset = nq.read(path)
    outcome = dataset.recipe.run(dataset.data)
    document = Document(dataset, outcome, thresholds=Settings().thresholds)
    document.edit.set_layer_results({"classical": finder.find_peaks(outcome.spectrum, "classical")})
    _, out, _ = run_command("pick", path, "--model", "classical", "-o", "-")
    shown = [(p["ppm"], p["height"]) for p in json.loads(out)["peaks"]]
    assert shown == places(document.shown_peaks())
    _, out, _ = run_command("pick", path, "--model", "classical", "--preset", "default", "-o", "-")
    assert len(json.loads(out)["peaks"]) > len(shown) > 0


def test_a_spectrum_a_fid_and_a_data_set_are_processed_alike(examples) -> None:
    dataset = nq.read(examples / "bruker_1h_aspirin_fidonly")
    assert isinstance(dataset.data, nq.Fid)
    of_dataset = nq.find_peaks(dataset, "classical")
    of_spectrum = nq.find_peaks(dataset.spectrum(), "classical")
    assert places(of_spectrum) == places(of_dataset)
    assert len(nq.find_peaks(dataset.data, "classical"))
    broad = dataset.recipe.with_step(Apodization(8.0))
    assert isinstance(broad, Recipe)
    widths = [
        np.median([peak.fwhm_hz for peak in peaks])
        for peaks in (of_dataset, nq.find_peaks(dataset, "classical", recipe=broad))
    ]
    assert widths[1] > widths[0] + 5


def test_thresholds_choose_and_are_remembered(examples) -> None:
    dataset = nq.read(examples / "bruker_13c_caryophyllene_oxide")
    usual = nq.find_peaks(dataset, "classical")
    loose = nq.find_peaks(dataset, "classical", thresholds=nq.Thresholds(min_snr=3, min_height=0))
    assert len(loose) > len(usual)
    assert len(loose.candidates) == len(usual.candidates)
    assert loose.provenance.settings["min_snr"] == 3


def test_a_path_is_no_spectrum(examples) -> None:
    with pytest.raises(nq.NmrQuanvError, match=r"find_peaks takes what nmrquanv\.read gives"):
        nq.find_peaks(examples / "bruker_1h_menthol")  # type: ignore[arg-type]


def test_several_data_sets_are_told(examples) -> None:
    with pytest.raises(nq.SeveralDataSetsError) as told:
        nq.read(examples)
    assert len(told.value.choices) > 1


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_written_peaks_are_read_with_what_is_known_of_the_spectrum(examples, tmp_path, ending):
    peaks = nq.find_peaks(nq.read(examples / "bruker_13c_caryophyllene_oxide"), "classical")
    first, second = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    nq.write_peaks(first, peaks)
    back = nq.read_peaks(str(first))
    if ending == "json":
        assert back == peaks
        assert back.to_records() == peaks.to_records()
    assert [peak.ppm for peak in back] == pytest.approx([peak.ppm for peak in peaks], abs=5e-4)
    assert back.candidates == back
    nq.write_peaks(second, back)
    assert nq.read_peaks(second) == back


def test_a_list_is_written_for_older_programs_and_versions_that_never_were_are_refused(tmp_path):
    peaks = nq.PeakList((nq.Peak(7.2, 5.0, kind="unresolved", least_lines=2),))
    nq.write_peaks(tmp_path / "old.json", peaks, schema=1)
    assert nq.read_peaks(tmp_path / "old.json").peaks[0].kind == "line"
    nq.write_peaks(tmp_path / "new.json", peaks)
    assert nq.read_peaks(tmp_path / "new.json").peaks[0].least_lines == 2
    with pytest.raises(ValueError, match="not 3"):
        nq.write_peaks(tmp_path / "a.json", peaks, schema=3)


def test_arrays_are_searched_and_nothing_is_said_in_hz_without_a_frequency() -> None:
    ppm = np.linspace(10.0, 0.0, 8192)
    noise = np.random.default_rng(0).normal(0, 0.001, ppm.size)
    line = 1 / (1 + ((ppm - 7.0) / 0.004) ** 2) + noise
    (peak,) = nq.find_peaks(nq.Spectrum.from_arrays(ppm, line), "classical")
    assert peak.ppm == pytest.approx(7.0, abs=2e-4)
    assert (peak.fwhm_hz, peak.area) == (None, None)
    spectrum = nq.Spectrum.from_arrays(ppm, line, sf_mhz=500.0, nucleus="1H")
    (peak,) = nq.find_peaks(spectrum, "classical")
    assert peak.fwhm_hz == pytest.approx(4.0, rel=0.05)


def test_the_names_are_shown_and_all_can_be_had() -> None:
    ask = (
        "import sys, nmrquanv as nq; print(*dir(nq));"
        "print(*({'numpy', 'torch', 'PySide6', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    shown, loaded = done.stdout.split("\n")[:2]
    assert {name for name in shown.split() if not name.startswith("__")} == set(nq.__all__)
    assert loaded == ""
    for name in nq.__all__:
        assert getattr(nq, name).__name__ == name
    with pytest.raises(AttributeError, match="find_peakz"):
        _ = nq.find_peakz  # type: ignore[attr-defined]


GOOD = """
import nmrquanv as nq

spectrum = nq.Spectrum.from_arrays([3.0, 2.0, 1.0], [0.0, 1.0, 0.0], sf_mhz=400.0, nucleus="1H")
peaks = nq.find_peaks(nq.read("menthol/10"), thresholds=nq.Thresholds(min_snr=10), region=(9, -1))
nq.write_peaks("peaks.csv", nq.find_peaks(spectrum, "cnn", polarity="both"))
shifts: list[float] = [peak.ppm for peak in nq.read_peaks("peaks.csv").candidates]
why: tuple[str, ...] = nq.explain(peaks, 3.0)
""" + "".join(f"nq.{name}\n" for name in nq.__all__)
BAD = {
    "nq.find_peaks(spectrum, treshold=nq.Thresholds())": "treshold",
    'nq.find_peaks("menthol/10")': "arg-type",
    "nq.Thresholds(snr=3)": "snr",
    'nq.find_peaks(spectrum, polarity="upwards")': "polarity",
    "nq.raed": "raed",
    "text: str = peaks.candidates": "PeakList",
}


@pytest.mark.slow
def test_a_users_script_is_checked_for_types(tmp_path) -> None:
    script = tmp_path / "script.py"
    script.write_text(GOOD + "\n".join(BAD) + "\n", "utf-8")
    words = ("-m", "mypy", "--strict", "--no-error-summary", "--no-pretty", str(script))
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=False, cwd=ROOT
    )
    first = GOOD.count("\n") + 1
    told = dict.fromkeys(range(first, first + len(BAD)), "")
    for line in done.stdout.splitlines():
        if ": error: " in line:
            number = int(re.search(r":(\d+): error: ", line)[1])
            told[number] = told.get(number, "") + line
    assert set(told) == set(range(first, first + len(BAD))), done.stdout
    for (wrong, word), said in zip(BAD.items(), told.values(), strict=True):
        assert word in said, (wrong, done.stdout + done.stderr)


@pytest.mark.slow
def test_the_first_steps_run_as_they_are_printed(tmp_path, monkeypatch) -> None:
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    mpl.use("Agg")
    monkeypatch.chdir(tmp_path)
    notebook = json.loads(resource(NOTEBOOK).read_text("utf-8"))
    assert notebook["nbformat"] == 4
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    space: dict[str, object] = {}
    for cell in cells:
        assert cell["outputs"] == []
        exec("".join(cell["source"]), space)
    plt.close("all")
    assert len(cells) >= 5
    peaks = space["peaks"]
    assert isinstance(peaks, nq.PeakList)
    assert len(peaks) > 20
    assert {"peaks.csv", "peaks.csv.json"} <= {path.name for path in tmp_path.iterdir()}


def test_readmes_ten_lines_run(tmp_path, monkeypatch) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    lines = text.split("```python\n")[1].split("```")[0]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "resources").symlink_to(ROOT / "resources")
    exec(lines, {})
    assert (tmp_path / "menthol.csv").exists()


def test_lines_of_magnitudes_have_no_areas(examples) -> None:
    data = nq.read(examples / "bruker_1h_aspirin_fidonly")
    peaks = nq.find_peaks(data, "classical", recipe=data.recipe.with_step(Magnitude()))
    assert len(peaks) > 3
    assert {peak.area for peak in (*peaks, *peaks.candidates)} == {None}
