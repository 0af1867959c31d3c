"""Spectra as text: every way of writing numbers, and what is not a spectrum."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nmrquanv.errors import FormatError
from nmrquanv.io import read
from nmrquanv.io.text_guess import guess
from nmrquanv.spectra.spectrum import Spectrum

PPM = np.linspace(10.0, 0.0, 201)
TRACE = np.round(1000 / (1 + ((PPM - 3) / 0.1) ** 2), 3)


def rows(delimiter: str, decimal: str = ".", order: int = 1) -> str:
    lines = [f"{x:.3f}{delimiter}{y:.3f}" for x, y in zip(PPM, TRACE, strict=True)]
    return "\n".join(lines[::order]).replace(".", decimal)


@pytest.mark.parametrize(
    "text",
    [
        "ppm,intensity\n" + rows(","),
        rows("\t") + "\n",
        "Chemical shift;Intensity\r\n" + rows(";", ",").replace("\n", "\r\n"),
        rows("\t", ","),
        "# from somewhere\n\n  ppm   intensity\n" + rows("   "),
        "\ufeffppm,intensity\n" + rows(", ", order=-1),
        '"ppm","intensity"\n' + "\n".join(f'"{r}"' for r in rows('","').split("\n")),
        "no,ppm,int\n" + "\n".join(f"{i},{r}" for i, r in enumerate(rows(",").split("\n"))),
        "intensity,ppm\n" + "\n".join(",".join(r.split(",")[::-1]) for r in rows(",").split("\n")),
        rows(",").replace("\n", "\n# a remark\n", 1),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_way_of_writing_two_columns_is_read(
    tmp_path: Path, text: str, encoding: str
) -> None:
    path = tmp_path / "menthol.dat"
    path.write_bytes(text.encode(encoding))
    spectrum = read(path).data
    assert isinstance(spectrum, Spectrum)
    assert np.array_equal(spectrum.trace, TRACE)
    assert spectrum.axis.limits_ppm == pytest.approx((10.0, 0.0), abs=1e-9)
    assert spectrum.sample.title == "menthol"
    assert not spectrum.is_complex


def test_hz_have_a_meaning_only_with_the_frequency(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(rows(","))
    without, given_mhz = read(path), read(path, sf_mhz=500.13, nucleus="1H")
    assert not without.data.axis.has_hz
    assert "MHz" in without.source.notes[0]
    assert given_mhz.data.axis.has_hz
    assert given_mhz.data.axis.sf_mhz == 500.13
    assert given_mhz.data.axis.point_hz == pytest.approx(0.05 * 500.13)
    assert given_mhz.sample.nucleus == "1H"
    assert given_mhz.source.notes == ()
    with pytest.raises(FormatError, match="above 0 MHz"):
        read(path, sf_mhz=-1.0)
    with pytest.raises(FormatError, match="its only source is text"):
        read(path, source="fid")


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    high=st.floats(-200, 300),
    width=st.floats(0.5, 300),
    size=st.integers(64, 3000),
    decimals=st.integers(4, 9),
)
def test_the_axis_comes_back_within_the_rounding(
    tmp_path: Path, high: float, width: float, size: int, decimals: int
) -> None:
    ppm = np.linspace(high, high - width, size)
    path = tmp_path / "a.csv"
    np.savetxt(path, np.column_stack((ppm, np.arange(1.0, size + 1))), f"%.{decimals}f", ",")
    axis = read(path).data.axis
    assert np.abs(axis.all_ppm() - ppm).max() <= 10.0**-decimals


def test_the_text_of_menthol_agrees_with_its_bruker_original(
    examples: Path, tmp_path: Path
) -> None:
    original = read(examples / "bruker_1h_menthol" / "10").data
    here = original.axis.span(9.0, -0.5)
    path = tmp_path / "menthol.csv"
    values = np.column_stack((original.axis.all_ppm()[here], original.data.real[here]))
    np.savetxt(path, values, "%.5f,%.0f", header="ppm,intensity", comments="")
    spectrum = read(path).data
    assert spectrum.axis.point(float(original.axis.ppm(here.start))) == pytest.approx(0, abs=0.1)
    last = here.stop - 1
    assert spectrum.axis.point(float(original.axis.ppm(last))) == pytest.approx(
        last - here.start, abs=0.1
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ppm,int\n7.26,100\n3.2,4\n", "2 rows of numbers are too few"),
        ("\n".join(f"{i},{i % 7}" for i in range(100)), "counts points"),
        ("\n".join(f"{i**1.5},{i % 7}" for i in range(100)), "not equally spaced"),
        (rows(",").replace("\n5.0", "\n#5.0"), "not equally spaced"),
        ("\n".join(f"1.0,{i}" for i in range(100)), "no range of chemical shifts"),
        ("\n".join(f"{i * 1e9},{i}" for i in range(100)), "no range of chemical shifts"),
        ("\n".join(f"{i * 1e300},{i}" for i in range(100)), "no range of chemical shifts"),
        ("wavelength (nm),absorbance\n" + rows(","), "'wavelength \\(nm\\)', not ppm"),
        ("time,temperature\n" + rows(","), "'time', not ppm"),
        (rows(",") + "\nthe,end\n", "not all rows are numbers"),
        (rows(",") + "\n11,\n", "not all rows are numbers"),
        (rows(",") + "\n-0.05,nan\n", "not finite"),
        ("\n".join(f"{i / 8},0" for i in range(100)), "only zeros"),
        ("\n".join(f"{i / 8},1e99" for i in range(100)), "impossibly large"),
        ("name,age\nAnna,7\nBert,8\n", "a text without columns"),
        ("Dear colleague,\nhere is nothing.\n", "a text without columns"),
    ],
)
def test_what_is_no_spectrum_is_refused_with_the_reason(
    tmp_path: Path, text: str, why: str
) -> None:
    path = tmp_path / "something.csv"
    path.write_text(text)
    with pytest.raises(FormatError, match=why) as caught:
        read(path)
    assert str(path) in str(caught.value)


LINES = np.round(np.linspace(10.0, -1.0, 512), 5)
HEIGHTS = np.round(1e5 / (1 + ((LINES - 7.26) / 0.05) ** 2) + 3.25, 2)


def written(x: np.ndarray, delimiter: str = ",", group: str = "") -> str:
    """Rows with at least five decimals in x; heights of thousands with a group mark."""
    heights = [f"{y:,.2f}".replace(",", group) for y in HEIGHTS]
    return "\n".join(f"{a:.5f}{delimiter}{y}" for a, y in zip(x, heights, strict=True))


def top(path: Path, **known: float) -> tuple[float, float]:
    spectrum = read(path, **known).data
    assert isinstance(spectrum, Spectrum)
    place = int(spectrum.trace.argmax())
    return float(spectrum.axis.ppm(place)), float(spectrum.trace[place])


@pytest.mark.parametrize(
    "text",
    [
        "ppm,Intensity\n" + written(LINES) + "\n,\n,\n \n",
        "ppm,Intensity\n" + "\n".join(
            f'{a:.5f},"{y:,.2f}"' for a, y in zip(LINES, HEIGHTS, strict=True)
        ),
        "ppm;Intensity\n" + written(LINES, ";", ","),
        "ppm\tIntensity\n" + written(LINES, "\t", ","),
        "ppm;Intensity\n"
        + written(LINES, ";", ",").translate(str.maketrans(",.", ".,")),
        "ppm;Intensity\n" + written(LINES, ";").replace("-", "\u2212").replace(".", ","),
    ],
)  # fmt: skip
def test_blank_cells_and_thousands_of_spreadsheets_are_understood(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(text, encoding="utf-8")
    ppm, height = top(path)
    assert ppm == pytest.approx(LINES[HEIGHTS.argmax()], abs=1e-4)
    assert height == HEIGHTS.max()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ppm;i\n" + "\n".join(f"{i},{500 + i};{i}" for i in range(1, 99)), "commas may be"),
        ("ppm;i\n1.5;2,5\n" + "\n".join(f"{i / 50:.2f};{i}" for i in range(99)), "do not agree"),
        ("ppm;i\n1,5;1.23.4\n" + "\n".join(f"{i},5;{i}" for i in range(2, 99)), "no thousands"),
    ],
)
def test_commas_of_which_the_meaning_is_open_are_refused(
    tmp_path: Path, text: str, why: str
) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(FormatError, match=why):
        read(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("head", "x"),
    [
        ("", LINES * 400.13),
        ("Frequency,Intensity\n", LINES * 400.13),
        ("x,y\n", np.linspace(4000.0, 600.0, 512)),  # infrared
        ("", np.linspace(800.0, 200.0, 512)),  # ultraviolet
        ("", np.linspace(100.0, 2000.0, 512)),  # masses
        ("", np.arange(512) * 1e-3),  # the time of a FID
        ("", np.arange(512) * 60.0),  # a log
        ("# FT-IR, wavenumber in 1/cm\n", LINES),
        ("x,absorbance\n", LINES),
        ("retention time,counts\n", LINES),
    ],
)
def test_what_is_not_ppm_is_never_taken_for_ppm(tmp_path: Path, head: str, x: np.ndarray) -> None:
    path = tmp_path / "a.csv"
    path.write_text(head + written(x))
    with pytest.raises(FormatError, match=r"Hz|not ppm|time"):
        read(path)


@pytest.mark.parametrize("x", [np.linspace(340.0, 200.0, 512), np.arange(512) * 0.01])
def test_a_doubtful_axis_is_shown_with_a_note(tmp_path: Path, x: np.ndarray) -> None:
    path = tmp_path / "a.csv"
    path.write_text(written(x))
    assert any("does not say the unit" in note for note in read(path).source.notes)
    path.write_text("ppm,intensity\n" + written(x))
    assert not any("unit" in note for note in read(path).source.notes)


@pytest.mark.parametrize(
    ("head", "sf_mhz", "is_said"),
    [
        ("ti: sample\n##freq 400.13\n", None, False),
        ("MHz: 400.13\nhz,intensity\n", None, False),
        ("Frequency,Intensity\n", 400.13, False),
        ("", 400.13, True),
    ],
)
def test_hz_become_ppm_where_the_frequency_is_known(
    tmp_path: Path, head: str, sf_mhz: float | None, is_said: bool
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(head + written(LINES[::-1] * 400.13))
    data = read(path, sf_mhz=sf_mhz)
    assert data.data.axis.sf_mhz == 400.13
    assert data.data.axis.limits_ppm == pytest.approx((10, -1), abs=1e-4)
    assert bool(data.source.notes) == is_said


@pytest.mark.parametrize(
    "head",
    [
        "Nucleus: 1H\nFrequency (MHz): 400.13\nSolvent: CDCl3\nppm,i\n",
        "# nucleus=1H at 400.13 MHz, solvent CDCl3\n",
        "% SF = 400,13\n% solvent: CDCl3\n% nucleus 1H\n",
        "Nucleus,1H\nSolvent,CDCl3\nFrequency (MHz),400.13\n",
    ],
)
def test_a_header_says_mhz_nucleus_and_solvent(tmp_path: Path, head: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(head + written(LINES))
    data = read(path)
    assert data.data.axis.has_hz
    assert data.data.axis.sf_mhz == 400.13
    assert (data.sample.nucleus, data.sample.solvent) == ("1H", "CDCl3")
    assert data.source.notes == ()
    assert read(path, sf_mhz=300.0).data.axis.sf_mhz == 300.0


@pytest.mark.parametrize(
    ("head", "sf_mhz", "says"),
    [
        ("Instrument: Avance III 400 MHz\nNucleus: 13C\n", None, "no frequency of 13C"),
        ("Nucleus: 31P\nSF = 600.13\n", None, "31P at 242.94 MHz"),
        ("Avance 400 MHz, nucleus 13C at 100.61 MHz\n", 100.61, None),
        ("Observe 13C, Decouple 1H 400.13 MHz, SF 100.61 MHz\n", 100.61, None),
        ("400 MHz spectrometer\nNucleus: 1H\nSF=400.13\n", 400.13, None),
        ("Nucleus: 19F\n376.5 MHz\n", 376.5, None),
        ("Nucleus: 13C\n10.8 MHz\n", 10.8, None),
        ("400.13 MHz and 100.61 MHz\n", 400.13, "400.13 and 100.61 MHz: the first"),
    ],
)
def test_the_magnets_mhz_are_not_taken_for_those_of_another_nucleus(
    tmp_path: Path, head: str, sf_mhz: float | None, says: str | None
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{head}ppm,i\n{written(LINES)}")
    data = read(path)
    axis, notes = data.data.axis, " ".join(data.source.notes)
    assert (axis.sf_mhz if axis.has_hz else None) == sf_mhz
    assert (says or "") in notes
    assert ("MHz" in notes) == (says is not None)
    assert guess(path, path.read_bytes()).sf_mhz == sf_mhz
    assert (says or "") in " ".join(guess(path, path.read_bytes()).doubts)
    asked = read(path, sf_mhz=100.61)
    assert (asked.data.axis.sf_mhz, asked.source.notes) == (100.61, ())


def test_a_nucleus_that_is_given_is_held_against_the_mhz_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Avance 400 MHz\nppm,i\n{written(LINES)}")
    assert read(path, nucleus="1H").data.axis.sf_mhz == 400.0
    carbon = read(path, nucleus="13C")
    assert not carbon.data.axis.has_hz
    assert "no frequency of 13C" in carbon.source.notes[0]


def test_topspins_own_text_exports_are_read(tmp_path: Path) -> None:
    rows = [f"{i + 1}, {y:.0f}, {a * 500.13:.4f}, {a:.6f}"
            for i, (a, y) in enumerate(zip(LINES, HEIGHTS, strict=True))]  # fmt: skip
    (tmp_path / "ascii-spec.txt").write_text("a title\n" + "\n".join(rows))
    data = read(tmp_path / "ascii-spec.txt").data
    assert data.axis.sf_mhz == pytest.approx(500.13, rel=1e-6)
    assert data.axis.limits_ppm == pytest.approx((10, -1), abs=1e-4)
    assert data.trace.argmax() == HEIGHTS.argmax()

    text = tmp_path / "totxt.txt"
    head = (
        f"# Spectral Region:\n# LEFT = 10.0 ppm. RIGHT = -1.0 ppm.\n#\n# SIZE = {LINES.size} ( =\n"
    )
    text.write_text(head + "\n".join(f"{y:.1f}" for y in HEIGHTS))
    data = read(text).data
    assert data.axis.limits_ppm == pytest.approx((10, -1), abs=1e-9)
    assert data.trace.argmax() == HEIGHTS.argmax()
    text.write_text(head + "\n".join(f"{y:.1f}" for y in HEIGHTS[:-9]))
    with pytest.raises(FormatError, match=r"512 points.*503 rows"):
        read(text)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda text: f"{text}\n\nmade by a program",
            "row 202 of 202, 'made by a program', is none",
        ),
        (lambda text: text[: text.rindex(",") + 1], r"row 201 of 201, '[-0-9.]+,', is none"),
        (lambda text: text.replace("\n", "\n#N/A,#N/A\n5.0,n.d.\n", 1), "row 2 of 202, '5.0,n.d.'"),
    ],
)
def test_a_row_that_is_none_is_named(
    tmp_path: Path, spoil: Callable[[str], str], said: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(spoil(rows(",")))
    with pytest.raises(FormatError, match=said):
        read(path)
