"""Every real data set beside the checkout opens on the right axis, also zipped, or is refused well.

The truth is computed here from the parameters' text, by the vendors' formulas, and from lists of
assigned signals, which a mirrored or shifted axis would miss. Without the folder the bundled
examples stand in.
"""

from __future__ import annotations

import csv
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io import data_sets, outline, read
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Fid

WITHIN_POINTS = 0.1


def parameter(text: str, name: str) -> float:
    """Return a parameter of Bruker's or JCAMP's text, without our reader."""
    found = re.search(rf"^##\$?{re.escape(name)}=\s*([-+.\deE]+)", text, re.MULTILINE)
    assert found is not None, name
    return float(found[1])


def bruker_edges(folder: Path, source: str) -> tuple[float, float]:
    """Return high edge and width of the sweep in ppm."""
    procs = (folder / "pdata" / "1" / "procs").read_text("latin-1")
    acqus = (folder / "acqus").read_text("latin-1")
    sf = parameter(procs, "SF")
    if source == "1":
        return parameter(procs, "OFFSET"), parameter(procs, "SW_p") / sf
    width = parameter(acqus, "SW_h") / sf
    return (parameter(acqus, "SFO1") - sf) / sf * 1e6 + width / 2, width


def varian_edges(folder: Path) -> tuple[float, float]:
    """Return the same from procpar."""
    text = (folder / "procpar").read_text("latin-1")

    def value(name: str) -> float:
        found = re.search(rf"^{name} .*\n1 ([-+.\deE]+)", text, re.MULTILINE)
        assert found is not None, name
        return float(found[1])

    sw, reffrq = value("sw"), value("reffrq")
    return (sw - value("rfl") + value("rfp")) / reffrq, sw / reffrq


def edges(path: Path, source: str) -> tuple[float, float] | None:
    """Return the truth where the format says it in parameters that stand for themselves."""
    if (path / "acqus").is_file() and (source == "1" or source == "fid"):
        has_procs = (path / "pdata" / "1" / "procs").is_file()
        return bruker_edges(path, source) if has_procs else None
    if (path / "procpar").is_file():
        return varian_edges(path)
    if path.suffix in {".jdx", ".dx"}:
        text = path.read_text("latin-1")
        if re.search(r"^##\$OFFSET=", text, re.MULTILINE) and source.startswith("spectrum"):
            return parameter(text, "$OFFSET"), parameter(text, "$SW_p") / parameter(text, "$SF")
    return None


def require_axis(axis: Axis, truth: tuple[float, float]) -> None:
    high, width = truth
    wanted = high - width * np.array([0, axis.size - 1]) / axis.size
    points = np.array([0, axis.size - 1]) - axis.point(wanted)
    assert np.abs(points).max() < WITHIN_POINTS


@pytest.fixture(scope="session")
def folder(examples: Path, shared_data: Path | None) -> Path:
    return shared_data or examples


@pytest.fixture(scope="session")
def opened(folder: Path) -> list[Path]:
    """All data sets but those that are odd on purpose."""
    found = [Path(path) for path in data_sets(folder) if "odd" not in Path(path).parts]
    assert len(found) >= 4
    return found


def test_every_source_of_every_data_set_is_on_its_axis(opened: list[Path]) -> None:
    checked = 0
    for path in opened:
        for source in outline(path).sources:
            truth = edges(path, source)
            if truth is not None:
                require_axis(outline(path, source=source).axis, truth)
                checked += 1
    assert checked >= min(6, len(opened))


def test_every_data_set_is_the_same_in_an_archive_of_its_own(
    opened: list[Path], tmp_path: Path
) -> None:
    for number, path in enumerate(opened):
        archive = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
            for file in files:
                packed.write(file, str(file.relative_to(path.parent)))
        (listed,) = data_sets(archive)
        assert outline(listed).axis == outline(path).axis
        archive.unlink()


def listed(folder: Path, name: str) -> list[float]:
    """Return the shifts of a list of assigned signals."""
    text = (folder / "ground_truth" / f"{name}.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return [float(row["shift_ppm"]) for row in csv.DictReader(lines)]


def test_assigned_signals_stand_where_they_are_listed(shared_data: Path | None) -> None:
    """A mirrored axis or one that is a few Hz off leaves most of them without a line."""
    if shared_data is None:
        return
    with (shared_data / "MANIFEST.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["kind"] == "core"]
    named = [row for row in rows if (shared_data / row["path"]).exists() and row["ground_truth"]]
    assert len(named) >= 12
    hits, mirrored = 0, 0
    for row in named:
        data = read(shared_data / row["path"])
        spectrum = data.recipe.run(data.data).spectrum if isinstance(data.data, Fid) else data.data
        trace = np.abs(spectrum.trace)
        high, low = spectrum.axis.limits_ppm
        shifts = listed(shared_data, Path(row["ground_truth"]).stem)
        inside = [shift for shift in shifts if low < shift < high]
        reach = 0.03 if "13C" not in row["nucleus"] else 0.15
        found = _standing(spectrum.axis, trace, inside, reach)
        assert found >= 0.6 * len(inside), row["name"]  # some are exchanging, broad or weak
        hits += found
        mirrored += _standing(spectrum.axis, trace[::-1], inside, reach)
    assert hits > 3 * mirrored  # or else the check would not see a mirrored axis


def _standing(axis: Axis, trace: np.ndarray, shifts: list[float], reach_ppm: float) -> int:
    """Return how many of the shifts have a line."""
    noise = float(np.median(trace))
    return sum(_tallest(axis, trace, shift, reach_ppm) > 10 * noise for shift in shifts)


def _tallest(axis: Axis, trace: np.ndarray, ppm: float, reach_ppm: float) -> float:
    first, last = (round(float(axis.point(ppm + by))) for by in (reach_ppm, -reach_ppm))
    return float(trace[max(first, 0) : last + 1].max(initial=0.0))


REFUSED = {
    "truncated_bruker_fid": "truncated",
    "truncated_bruker_fid_aligned": "truncated",
    "truncated_bruker_1r": "truncated",
    "truncated_varian.fid": "truncated",
    "truncated.jdf": "truncated",
    "varian_no_procpar.fid": "without its procpar",
    "empty.jdx": "empty",
    "garbage.fid": "not recognised",
    "jcamp_2d_cosy.jdx": "not supported|dimensions",
    "jcamp_uv_not_nmr.jdx": "not an NMR spectrum",
}


def test_what_is_odd_is_refused_by_name_or_read_with_a_note(shared_data: Path | None) -> None:
    if shared_data is None:
        return
    odd = shared_data / "odd"
    for name, why in REFUSED.items():
        with pytest.raises(FormatError, match=why):
            read(odd / name)
    for name, noted in {"bruker_2d_hsqc_ser": "row 1 of", "bruker_pseudo2d_t1": "row 1 of",
                        "varian_arrayed.fid": "row 1 of 4"}.items():  # fmt: skip
        assert noted in " ".join(read(odd / name).source.notes)
