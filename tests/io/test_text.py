"""Spectra as text: every way of writing numbers, and what is not a spectrum."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nmrquanv.errors import FormatError
from nmrquanv.io import read
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
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
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
