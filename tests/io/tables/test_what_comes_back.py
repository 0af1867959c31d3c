"""What a format says that it keeps comes back: who found a peak, what it is, what is not known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.io.peak_tables import PeakExport
from nmrquanv.io.tables.formats import FORMATS, format_named, read_peaks, write_peaks
from nmrquanv.spectra.peaks import Peak, PeakList

LABELS = ("H-3, β", "?", "a  b_c", "$$x ##y", "100 %", "%41", "broad [x]", "", "'q'", "=1+1")


def back_from(name: str, export: PeakExport, peaks: list[Peak], folder: Path) -> list[Peak]:
    path = folder / f"p{format_named(name).ending}"
    write_peaks(path, replace(export, peaks=PeakList(tuple(peaks)), automatic=None))
    return list(read_peaks(path).peaks)


def made(**each: object) -> list[Peak]:
    """Return ten peaks with one of the given values each, in turn."""
    values = [{name: entry[n] for name, entry in each.items()} for n in range(10)]  # type: ignore[index]
    return [Peak(9.0 - n, 10.0 + n, **known) for n, known in enumerate(values)]


LOSSLESS = [form.name for form in FORMATS if form.is_read and not form.loses]


def test_the_formats_that_lose_nothing() -> None:
    assert LOSSLESS == ["json", "xlsx", "jcamp"]


@pytest.mark.parametrize("name", LOSSLESS)
def test_a_format_that_claims_to_lose_nothing_keeps_who_found_and_confirmed(
    name, export, tmp_path
) -> None:
    peaks = made(
        finder=["quanv", "cnn", "user", "my model", "üñï <&>", "a_b", "100 %", "$x", "#y", "?"],
        is_confirmed=[n % 2 == 0 for n in range(10)],
        source=["model", "added", "moved"] * 3 + ["model"],
        label=["H 3", "b", "", "5.0", "β-H", "-5", "?", "x", "a_b", "y"],
        kind=["line", "top"] * 5,
    )
    for peak, was in zip(back_from(name, export, peaks, tmp_path), peaks, strict=True):
        for field in ("finder", "is_confirmed", "source", "label", "kind", "peak_class"):
            assert getattr(peak, field) == getattr(was, field), field


def test_labels_come_back_whole_from_jcamp(export, tmp_path) -> None:
    assert [p.label for p in back_from("jcamp", export, made(label=LABELS), tmp_path)] == [*LABELS]


def test_lists_of_jcamp_without_finders_are_read_as_before(export, tmp_path) -> None:
    path = tmp_path / "p.jdx"
    write_peaks(path, replace(export, peaks=PeakList(tuple(made(label=["a%41"] * 10)))))
    text = path.read_text().replace("PARENT FINDER CONFIRMED)", "PARENT)")
    old = text.replace("a%2541", "a%41").replace(" user false", "")
    assert old.count("a%41") >= 10
    path.write_text(old)
    assert {(p.label, p.is_confirmed) for p in read_peaks(path).peaks} == {("a%41", False)}


def test_bruker_keeps_classes_kinds_and_labels(export, tmp_path) -> None:
    classes = ["signal", "solvent", "water", "satellite", "impurity", "sideband", "wiggle",
               "artefact", "edge", "signal"]  # fmt: skip
    for kind in ("line", "top", "unresolved", "broad"):
        peaks = made(
            peak_class=classes,
            kind=[kind] * 10,
            least_lines=[2 if kind == "unresolved" else 1] * 10,
            label=["a b", "", "H-3"] * 3 + [""],
        )
        for peak, was in zip(back_from("bruker", export, peaks, tmp_path), peaks, strict=True):
            assert (peak.peak_class, peak.kind, peak.least_lines, peak.label) == (
                was.peak_class, was.kind, was.least_lines, was.label
            )  # fmt: skip


def test_bruker_takes_other_programs_words_for_a_label(export, tmp_path) -> None:
    words = ["broad signal", "solvent?", "water line", "x [solvent] y", "[solvent]", "edge 2"]
    peaks = made(label=[*words, "a", "b", "c", "d"])
    back = back_from("bruker", export, peaks, tmp_path)
    assert [p.label for p in back[:6]] == words
    assert {p.peak_class for p in back} == {"signal"}


def test_nmrpipe_says_what_is_not_known(export, tmp_path) -> None:
    peaks = [Peak(5.0, 9.0), Peak(4.0, 9.0, confidence=0.5, area=3.0, fwhm_hz=1.0)]
    back = back_from("nmrpipe", export, peaks, tmp_path)
    assert [(p.confidence, p.area) for p in back] == [(None, None), (0.5, 3.0)]
    text = (tmp_path / "p.tab").read_text()
    assert "NULLVALUE -666" in text
    (tmp_path / "p.tab").write_text(text.replace("NULLVALUE -666\n", "NULLVALUE -1\n"))
    assert read_peaks(tmp_path / "p.tab").peaks.peaks[0].area == -666.0


@pytest.mark.parametrize(
    ("head", "row", "height", "snr", "width"),
    [
        ("w1   Data Height   Volume   S/N", "7.26  12345  9.9e+06  80", 12345.0, 80.0, None),
        ("w1   Volume   Data Height", "7.26  9.9e+06  12345", 12345.0, None, None),
        ("w1  lw1 (hz)   Fit Height  Note", "7.26  1.5  12345  two words", 12345.0, None, 1.5),
        ("w1   Volume", "7.26  9.9e+06", 9.9e6, None, None),
        ("w1   S/N", "7.26  80", 1.0, 80.0, None),
        ("w1", "7.26  12345", 12345.0, None, None),
        ("w1", "7.26", 1.0, None, None),
    ],
)
def test_sparkys_columns_are_what_its_header_calls_them(
    head, row, height, snr, width, tmp_path
) -> None:
    (tmp_path / "p.list").write_text(f"      Assignment         {head}\n\n     H1   {row}\n")
    (peak,) = read_peaks(tmp_path / "p.list").peaks
    assert (peak.ppm, peak.label) == (7.26, "H1")
    assert np.array_equal([peak.height, peak.snr, peak.fwhm_hz], [height, snr, width])


@pytest.mark.parametrize("name", ["nmredata"])
def test_what_does_not_come_back_is_told(name, export, tmp_path) -> None:
    (form,) = (form for form in FORMATS if form.name == name)
    peaks = made(label=LABELS, peak_class=["signal", "water"] * 5, kind=["line", "broad"] * 5)
    back = back_from(name, export, peaks, tmp_path)
    for field, word in (("label", "labels"), ("peak_class", "classes"), ("kind", "kinds")):
        is_kept = all(
            getattr(a, field) == getattr(b, field) for a, b in zip(back, peaks, strict=True)
        )
        assert is_kept or word in form.loses
