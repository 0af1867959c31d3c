"""Texts read as a person says: columns, units, marks, header lines, encodings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import nmrquanv as nq
from nmrquanv.errors import FormatError
from nmrquanv.guarded import as_type
from nmrquanv.io import read
from nmrquanv.io.files import codec_of
from nmrquanv.io.text_form import TextForm
from nmrquanv.io.text_guess import guessed, preview

SIZE = 400
PPM = 10 - 0.025 * np.arange(SIZE)
TRACE = 12_000 / (1 + ((PPM - 7.0) / 0.05) ** 2) - 3_000 / (1 + ((PPM - 3.0) / 0.05) ** 2)


def write(tmp_path: Path, rows: list[str], head: str = "", encoding: str = "utf-8") -> Path:
    path = tmp_path / "made.txt"
    path.write_bytes((head + "\n".join(rows) + "\n").encode(encoding))
    return path


def said(value: float, decimal: str = ".", thousands: str = "", places: int = 3) -> str:
    text = f"{value:,.{places}f}"
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)


def agrees(path: Path, form: TextForm, **given) -> None:
    data = read(path, text=form, **given).data
    np.testing.assert_allclose(data.axis.all_ppm(), PPM, atol=1e-3)
    np.testing.assert_allclose(data.trace, TRACE, atol=1e-3)


@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("thousands", ["", ".", ",", "'", " "])
@pytest.mark.parametrize("delimiter", ["tab", "semicolon"])
def test_any_marks_are_read_when_they_are_said(tmp_path, decimal, thousands, delimiter) -> None:
    if decimal == thousands:
        with pytest.raises(FormatError, match="decimal mark and part thousands"):
            TextForm(decimal=decimal, thousands=thousands)
        return
    mark = {"tab": "\t", "semicolon": ";"}[delimiter]
    rows = [
        said(x, decimal) + mark + said(y, decimal, thousands)
        for x, y in zip(PPM, TRACE, strict=True)
    ]
    form = TextForm(
        ("x", "real"), "ppm", decimal=decimal, thousands=thousands, delimiter=delimiter,
        header_lines=0,
    )  # fmt: skip
    agrees(write(tmp_path, rows), form)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-16", "latin-1", "utf-8-sig", "utf-16-le", "utf-16-be"]
)
def test_every_encoding_is_recognised_or_said(tmp_path, encoding) -> None:
    rows = [f"{x:.4f};{y:.4f}" for x, y in zip(PPM, TRACE, strict=True)]
    path = write(tmp_path, rows, "Lösung in CDCl³\nppm;Intensität\n", encoding)
    name = encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
    assert guessed(path).form.encoding == name
    agrees(path, TextForm(encoding=name))
    agrees(path, TextForm())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_utf_16_text_is_read_when_that_is_said_whatever_the_order_of_its_bytes(
    tmp_path, encoding
) -> None:
    rows = [f"{x:.4f}\t{y:.4f}" for x, y in zip(PPM, TRACE, strict=True)]
    path = write(tmp_path, rows, encoding=encoding)
    agrees(path, TextForm(("x", "real"), "ppm", encoding="utf-16"))


@pytest.mark.parametrize("kind", ["<i2", ">i2", "<i4", ">i4", "<f4", "<f8"])
def test_binary_numbers_are_no_utf_16_text(kind) -> None:
    values = np.arange(1, 3000) % 97 + 1
    for numbers in (values, values - 40, np.where(values % 7, 0, values)):
        assert codec_of(numbers.astype(kind).tobytes()) in {"cp1252", "utf-8-sig"}


def test_columns_may_stand_anywhere_and_the_imaginary_part_is_read(tmp_path) -> None:
    imaginary = np.gradient(TRACE)
    rows = [
        f"{i} {y:.5f} {z:.5f} {x:.4f}"
        for i, (x, y, z) in enumerate(zip(PPM, TRACE, imaginary, strict=True))
    ]
    path = write(tmp_path, rows)
    form = TextForm(("ignore", "real", "imaginary", "x"), "ppm")
    data = read(path, text=form).data
    assert data.is_complex
    np.testing.assert_allclose(data.data.imag, imaginary, atol=1e-4)
    np.testing.assert_allclose(data.axis.all_ppm(), PPM, atol=1e-3)
    turned = write(tmp_path, rows[::-1])
    np.testing.assert_array_equal(read(turned, text=form).data.data, data.data)


def test_hz_need_a_frequency_and_points_the_ends(tmp_path) -> None:
    rows = [f"{x * 400.0:.3f}\t{y:.4f}" for x, y in zip(PPM, TRACE, strict=True)]
    path = write(tmp_path, rows)
    agrees(path, TextForm(("x", "real"), "Hz"), sf_mhz=400.0)
    with pytest.raises(FormatError, match="frequency"):
        read(path, text=TextForm(("x", "real"), "Hz"))
    rows = [f"{i}\t{y:.4f}" for i, y in enumerate(TRACE[::-1])]
    path = write(tmp_path, rows)
    agrees(path, TextForm(("x", "real"), "points", first_ppm=PPM[-1], last_ppm=PPM[0]))
    agrees(path, TextForm(("ignore", "real"), first_ppm=PPM[-1], last_ppm=PPM[0]))
    with pytest.raises(FormatError, match="the first and the last row"):
        read(path, text=TextForm(("x", "real"), "points"))


def test_one_hz_from_row_to_row_is_hz_when_somebody_says_so(tmp_path) -> None:
    rows = [f"{4000 - i}\t{y:.4f}" for i, y in enumerate(TRACE)]
    data = read(write(tmp_path, rows), text=TextForm(("x", "real"), "Hz"), sf_mhz=400.0).data
    assert data.axis.limits_ppm[0] == pytest.approx(10.0, abs=2e-3)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (
            TextForm(decimal=","),
            "line 3, column 1: '10.0000' is no number with ','",
        ),
        (TextForm(("x", "ignore", "real")), "line 3 has 2 columns, column 3 is asked for"),
        (TextForm(header_lines=1), "line 2, column 1: 'ppm' is no number"),
        (TextForm(delimiter="tab"), "no number|columns"),
        (TextForm(header_lines=9000), "nothing stands below 9000 header lines"),
        (TextForm(("real", "ignore")), "the first and the last row"),
        (TextForm(delimiter="comma", decimal=","), "cannot part columns and stand in numbers"),
    ],
)
def test_a_wrong_form_is_refused_with_the_line(tmp_path, form, told) -> None:
    rows = [f"{x:.4f};{y:.4f}" for x, y in zip(PPM, TRACE, strict=True)]
    path = write(tmp_path, rows, "of a person\nppm;intensity\n")
    with pytest.raises(FormatError, match=told):
        read(path, text=form)
    looks = guessed(path)
    shown = preview(looks, form, None)
    assert shown.problem
    assert not shown.facts
    assert str(tmp_path) not in shown.problem


@pytest.mark.parametrize(
    "values",
    [
        {"columns": ["x"]},
        {"columns": ["x", "real", "real"]},
        {"columns": []},
        {"columns": 3},
        {"unit": "ms"},
        {"delimiter": "|"},
        {"header_lines": -1},
        {"encoding": "ebcdic"},
        {"colour": "red"},
    ],
)
def test_a_form_that_cannot_be_is_refused(values) -> None:
    with pytest.raises(FormatError):
        as_type(values, TextForm, "the form of a text", exact=True)


def test_a_form_survives_being_written() -> None:
    form = TextForm(("ignore", "x", "real"), "Hz", ",", ".", "semicolon", 4, "latin-1")
    assert as_type(form.known(), TextForm, "a form", exact=True) == form
    assert as_type({}, TextForm, "a form", exact=True) == TextForm()


def test_thousands_in_the_tallest_lines_alone_are_seen(tmp_path) -> None:
    rows = [f'{x:.4f},"{y:,.2f}"' for x, y in zip(PPM, TRACE, strict=True)]
    looks = guessed(write(tmp_path, rows, "ppm,intensity\n"))
    assert (looks.form.decimal, looks.form.thousands) == (".", ",")
    shown = preview(looks, looks.form, 400.0)
    assert shown.problem == ""
    assert shown.facts.startswith("400 points  ·  10.000 to 0.025 ppm  ·  400.0000 MHz")
    assert max(y for _, y in shown.curve) == 1.0


def test_a_peak_list_is_told_apart_from_a_spectrum(tmp_path) -> None:
    peaks = write(tmp_path, ["7.26 100", "3.71 55.5", "1.25 12"])
    assert guessed(peaks).is_peak_list
    assert preview(guessed(peaks), guessed(peaks).form, None).is_peak_list
    rng = np.random.default_rng(4)
    many = write(tmp_path, [f"{x:.4f}\t{x:.1f}" for x in np.sort(rng.uniform(0, 9, 300))])
    assert guessed(many).is_peak_list
    whole = [f"{x:.4f}\t{y:.2f}" for x, y in zip(PPM, TRACE, strict=True)]
    assert not guessed(write(tmp_path, whole)).is_peak_list
    assert not guessed(write(tmp_path, whole[:100] + whole[150:])).is_peak_list


def test_what_the_text_says_leaves_no_doubt(tmp_path) -> None:
    rows = [f"{x:.4f}\t{y:.2f}" for x, y in zip(PPM, TRACE, strict=True)]
    sure = guessed(write(tmp_path, rows, "MHz: 400.13\nNucleus: 1H\nppm\tintensity\n"))
    assert sure.doubts == ()
    assert (sure.sf_mhz, sure.nucleus) == (400.13, "1H")
    assert guessed(write(tmp_path, rows, "ppm\tintensity\n")).doubts


def test_texts_of_one_header_have_one_key(tmp_path) -> None:
    rows = [f"{x:.4f}\t{y:.2f}" for x, y in zip(PPM, TRACE, strict=True)]
    keys = [
        guessed(write(tmp_path, rows, head)).key
        for head in ("scan 4 of 17\nppm\tI\n", "scan 12 of 99\nppm\tI\n", "scan 4\nshift\tI\n")
    ]
    assert keys[0] == keys[1] != keys[2]


def test_a_data_set_of_another_format_is_no_text(tmp_path) -> None:
    example = Path(nq.__file__).parents[1] / "resources/example_spectra/bruker_1h_menthol/10"
    assert guessed(example) is None
    assert guessed(example / "acqus") is None
    assert guessed(example / "acqus", is_said=True) is not None
