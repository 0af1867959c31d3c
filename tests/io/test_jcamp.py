"""JCAMP-DX: every form of table, TopSpin's reference, FIDs, links, and hostile tables."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io import data_sets, outline, read
from nmrquanv.io.jcamp_out import spectrum_jcamp
from nmrquanv.spectra.recipe import Baseline
from nmrquanv.spectra.spectrum import Fid, Spectrum

POSITIVE, NEGATIVE = "@ABCDEFGHI", "@abcdefghi"
RISING, FALLING = "%JKLMNOPQR", "%jklmnopqr"
COUNTS = " STUVWXYZs"


def squeezed(value: int, positive: str = POSITIVE, negative: str = NEGATIVE) -> str:
    """Return a number whose first digit tells its sign."""
    digits = str(abs(value))
    return (positive if value >= 0 else negative)[int(digits[0])] + digits[1:]


def affn(x: int, values: list[int], _before: int | None) -> str:
    return " ".join(str(v) for v in (x, *values))


def packed(x: int, values: list[int], _before: int | None) -> str:
    return str(x) + "".join(f"{v:+d}" for v in values)


def sqz(x: int, values: list[int], _before: int | None) -> str:
    return str(x) + "".join(squeezed(v) for v in values)


def dif(x: int, values: list[int], before: int | None) -> str:
    """Differences; a line begins with the last number of the line before, as a check."""
    run = values if before is None else [before, *values]
    steps = [squeezed(int(d), RISING, FALLING) for d in np.diff(run)]
    return str(x) + squeezed(run[0]) + "".join(steps)


def difdup(x: int, values: list[int], before: int | None) -> str:
    """Differences, equal ones counted."""
    run = values if before is None else [before, *values]
    text, steps = str(x) + squeezed(run[0]), [int(d) for d in np.diff(run)]
    while steps:
        same = next((i for i, d in enumerate(steps) if d != steps[0]), len(steps))
        same = min(same, 9)
        text += squeezed(steps[0], RISING, FALLING) + (COUNTS[same] if same > 1 else "")
        steps = steps[same:]
    return text


FORMS = (affn, packed, sqz, dif, difdup)


def table(numbers: np.ndarray, form: Callable[[int, list[int], int | None], str]) -> str:
    rows, before = [], None
    for start in range(0, numbers.size, 16):
        values = [int(v) for v in numbers[start : start + 16]]
        rows.append(form(numbers.size - start, values, before))
        before = values[-1]
    return "\n".join(rows)


@pytest.fixture(scope="module")
def numbers() -> np.ndarray:
    rng = np.random.default_rng(2)
    data = np.round(3e5 / (1 + ((np.arange(512) - 200) / 3) ** 2) + rng.normal(size=512) * 40)
    data[300:340] = 7
    return data


def xydata(numbers: np.ndarray, form: Callable[..., str], **labels: object) -> str:
    known = {"TITLE": "a sample", "JCAMP-DX": "5.0", "DATA TYPE": "NMR SPECTRUM",
             "DATA CLASS": "XYDATA", ".OBSERVE FREQUENCY": 400.13, ".OBSERVE NUCLEUS": "^1H",
             ".SOLVENT NAME": "CDCl3", "XUNITS": "HZ", "YUNITS": "ARBITRARY UNITS",
             "FIRSTX": 4001.3, "LASTX": -400.13, "XFACTOR": 1, "YFACTOR": 0.5,
             "NPOINTS": numbers.size, **labels}  # fmt: skip
    head = "\n".join(f"##{label}= {value}" for label, value in known.items())
    return f"{head}\n##XYDATA= (X++(Y..Y))\n{table(numbers, form)}\n##END=\n"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_table_gives_the_same_numbers(
    tmp_path: Path, numbers: np.ndarray, form: Callable[..., str]
) -> None:
    data = read(write(tmp_path / "a.jdx", xydata(numbers, form)))
    assert isinstance(data.data, Spectrum)
    assert np.array_equal(data.data.trace, 0.5 * numbers)
    assert data.data.axis.limits_ppm == pytest.approx((10.0, -1.0))
    assert data.data.axis.sf_mhz == 400.13
    assert (data.sample.nucleus, data.sample.solvent) == ("1H", "CDCl3")
    assert data.sample.title == "a sample"
    assert data.sources == ("spectrum",)
    assert outline(tmp_path / "a.jdx").source == data.source


def test_topspins_reference_is_in_offset_and_sf(tmp_path: Path, numbers: np.ndarray) -> None:
    step = 2000.0 / numbers.size
    private = {"$OFFSET": 7.5, "$SF": 400.0, "$SW_p": 2000.0, "$SI": numbers.size, "$NUC1": "<13C>"}
    for first in (2000.0 - step, 2000.0):  # TopSpin, and XWIN-NMR
        text = xydata(numbers, difdup, FIRSTX=first, LASTX=0, **private)
        data = read(write(tmp_path / "a.dx", text)).data
        assert data.axis.limits_ppm == pytest.approx((7.5, 7.5 - (2000 - step) / 400))
        assert data.axis.sf_mhz == 400.0
        assert data.sample.nucleus == "13C"


@pytest.mark.parametrize("unit", ["HZ", "PPM"])
@pytest.mark.parametrize("is_rising", [False, True])
@pytest.mark.parametrize("told", ["INTERNAL, TMS, {}, {}", "(EXTERNAL, H3PO4, 85 %, {}, {})"])
def test_the_reference_of_the_standard_is_followed_where_hz_are_all_there_is(
    tmp_path: Path, numbers: np.ndarray, unit: str, is_rising: bool, told: str
) -> None:
    of_first, of_last = (0.0, 4000.0) if is_rising else (4000.0, 0.0)
    scale = 400.0 if unit == "PPM" else 1.0
    step = 10.0 / (numbers.size - 1)
    place = numbers.size - 101 if is_rising else 100  # points before it that lie higher, or lower
    reference = told.format(place + 1, 14.0 - 100 * step)
    text = xydata(numbers, difdup, XUNITS=unit, FIRSTX=of_first / scale, LASTX=of_last / scale,
                  **{".OBSERVE FREQUENCY": 400.0, ".SHIFT REFERENCE": reference})  # fmt: skip
    data = read(write(tmp_path / "a.dx", text)).data
    assert data.axis.limits_ppm == pytest.approx((14, 4) if unit == "HZ" else (10, 0), abs=1e-6)
    assert "begins at 10 ppm by X" in " ".join(data.source.notes)
    assert "at 14 ppm by .SHIFT REFERENCE" in " ".join(data.source.notes)


def test_offset_goes_before_the_reference_and_needs_no_sf(
    tmp_path: Path, numbers: np.ndarray
) -> None:
    known = {"FIRSTX": 4000.0, "LASTX": 0, ".OBSERVE FREQUENCY": 400.0, "$OFFSET": 12.0}
    for reference, says in (("INTERNAL, TMS, 1, 12.0", False), ("INTERNAL, TMS, 1, 14.0", True)):
        text = xydata(numbers, affn, **known, **{".SHIFT REFERENCE": reference})
        data = read(write(tmp_path / "a.dx", text)).data
        assert data.axis.limits_ppm == pytest.approx((12.0, 2.0))
        assert any("$OFFSET" in note for note in data.source.notes) == says


@pytest.mark.parametrize(
    "nothing", ["", "INTERNAL, TMS", "INTERNAL, TMS, 1, 0", "INTERNAL, TMS, 9999, 3", "a, b, c, d"]
)
def test_a_reference_that_says_nothing_is_passed_by(
    tmp_path: Path, numbers: np.ndarray, nothing: str
) -> None:
    data = read(write(tmp_path / "a.dx", xydata(numbers, affn, **{".SHIFT REFERENCE": nothing})))
    assert data.data.axis.limits_ppm == pytest.approx((10.0, -1.0))
    assert "REFERENCE" not in " ".join(data.source.notes)


def test_ppm_without_a_frequency_open_and_hz_ask_for_one(
    tmp_path: Path, numbers: np.ndarray
) -> None:
    path = tmp_path / "a.dx"
    text = xydata(
        numbers, affn, FIRSTX=10.0, LASTX=-1.0, XUNITS="PPM", **{".OBSERVE FREQUENCY": ""}
    )
    axis = read(write(path, text)).data.axis
    assert axis.limits_ppm == pytest.approx((10.0, -1.0))
    assert not axis.has_hz
    known = read(path, sf_mhz=100.0).data.axis
    assert (known.has_hz, known.sf_mhz) == (True, 100.0)
    write(path, xydata(numbers, affn, **{".OBSERVE FREQUENCY": ""}))
    with pytest.raises(FormatError, match="MHz"):
        read(path)
    assert read(path, sf_mhz=400.13).data.axis.limits_ppm == pytest.approx((10.0, -1.0))
    write(path, xydata(numbers, affn, XUNITS="HERTZ", **{".OBSERVE FREQUENCY": "400.13 MHz"}))
    assert read(path).data.axis.limits_ppm == pytest.approx((10.0, -1.0))


def test_what_we_write_of_a_spectrum_without_mhz_comes_back(
    tmp_path: Path, small_spectrum: Spectrum
) -> None:
    made = Spectrum.from_arrays(small_spectrum.axis.all_ppm(), small_spectrum.trace)
    (tmp_path / "a.jdx").write_bytes(spectrum_jcamp(made))
    axis = read(tmp_path / "a.jdx").data.axis
    assert not axis.has_hz
    assert axis.limits_ppm == pytest.approx(made.axis.limits_ppm, abs=1e-6)


@pytest.mark.parametrize("lines", [1, 9000])
def test_a_link_opens_when_any_of_its_blocks_is_a_spectrum(
    tmp_path: Path, numbers: np.ndarray, lines: int
) -> None:
    peaks = "\n".join(["1.0, 2.0"] * lines)
    table = f"##TITLE=p\n##DATA TYPE=NMR PEAK TABLE\n##PEAK TABLE=(XY..XY)\n{peaks}\n##END=\n"
    whole = f"##TITLE=l\n##DATA TYPE=LINK\n##BLOCKS=3\n{table}{xydata(numbers, affn)}##END=\n"
    path = write(tmp_path / "a.dx", whole)
    assert data_sets(tmp_path) == (str(path),)
    assert np.array_equal(read(path).data.trace, 0.5 * numbers)
    write(path, f"##TITLE=l\n##DATA TYPE=LINK\n##BLOCKS=2\n{table}##END=\n")
    with pytest.raises(FormatError, match="PEAK TABLE"):
        read(path)


def test_ppm_and_rising_axes(tmp_path: Path, numbers: np.ndarray) -> None:
    text = xydata(numbers, sqz, XUNITS="PPM", FIRSTX=-1.0, LASTX=10.0)
    data = read(write(tmp_path / "a.dx", text)).data
    assert data.axis.limits_ppm == pytest.approx((10.0, -1.0))
    assert np.array_equal(data.trace, 0.5 * numbers[::-1])


@pytest.mark.parametrize("is_complex", [True, False])
def test_what_we_write_comes_back(
    tmp_path: Path, small_spectrum: Spectrum, is_complex: bool
) -> None:
    made = small_spectrum if is_complex else small_spectrum.with_data(small_spectrum.trace)
    (tmp_path / "a.jdx").write_bytes(spectrum_jcamp(made))
    data = read(tmp_path / "a.jdx").data
    assert data.axis.limits_ppm == pytest.approx(made.axis.limits_ppm, abs=1e-6)
    scale = np.abs(made.data).max()
    assert np.abs(data.trace - made.trace).max() < 1e-6 * scale
    if is_complex:
        assert np.abs(data.data - made.data).max() < 1e-6 * scale


def ntuples(fid: Fid, **private: object) -> str:
    """Write a FID as TopSpin does: conjugated, in whole numbers, with its parameters."""
    stored = np.round(fid.data.conj() * 100)
    columns = {"SYMBOL": "X, R, I", "VAR_DIM": ", ".join([str(stored.size)] * 3),
               "UNITS": "SECONDS, ARBITRARY UNITS, ARBITRARY UNITS", "FACTOR": "1, 1, 1",
               "FIRST": "0, 0, 0",
               "LAST": f"{(stored.size - 1) / fid.axis.sw_hz}, 0, 0"}  # fmt: skip
    known = {"TITLE": "fid", "JCAMPDX": "6.0", "DATA TYPE": "NMR FID", "DATA CLASS": "NTUPLES",
             ".OBSERVE FREQUENCY": fid.sfo1_mhz, ".OBSERVE NUCLEUS": "^1H",
             "$SFO1": fid.sfo1_mhz, "$SF": fid.axis.sf_mhz, "$BF1": fid.axis.sf_mhz,
             "$SW_h": fid.axis.sw_hz, "$DECIM": 1, "$DIGMOD": 1, "$DSPFVS": 20,
             "$GRPDLY": fid.group_delay_points, "$WDW": 1, "$LB": 0.0, "$SI": 1024,
             **private, "NTUPLES": "NMR FID", **columns}  # fmt: skip
    head = "\n".join(f"##{label}= {value}" for label, value in known.items())
    pages = [f"##PAGE= N={n}\n##DATA TABLE= (X++({s}..{s})), XYDATA\n{table(part, difdup)}"
             for n, s, part in ((1, "R", stored.real), (2, "I", stored.imag))]  # fmt: skip
    return "\n".join([head, *pages, "##END NTUPLES= NMR FID", "##END=", ""])


def test_a_fid_is_what_the_vendors_is(tmp_path: Path, small_fid: Fid, expno: Path) -> None:
    data = read(write(tmp_path / "a.dx", ntuples(small_fid)))
    wanted = read(expno, source="fid")
    assert isinstance(data.data, Fid)
    assert data.sources == ("fid",)
    assert data.data.axis.limits_ppm == pytest.approx(small_fid.axis.limits_ppm)
    assert data.data.group_delay_points == 3.5
    assert np.abs(data.data.data / 100 - small_fid.data).max() < 0.01
    spectra = [d.recipe.with_step(Baseline(is_on=False)).apply(d.data).data for d in (data, wanted)]
    ratio = np.vdot(spectra[0], spectra[1]) / np.linalg.norm(spectra[0])
    assert abs(ratio) / np.linalg.norm(spectra[1]) > 0.9999


def test_without_topspins_parameters_a_fid_has_its_axis_from_the_labels(
    tmp_path: Path, small_fid: Fid
) -> None:
    lines = [line for line in ntuples(small_fid).split("\n") if not line.startswith("##$")]
    axis = read(write(tmp_path / "a.dx", "\n".join(lines))).data.axis
    assert axis.sw_hz == pytest.approx(2000.0)
    assert axis.sf_mhz == pytest.approx(small_fid.sfo1_mhz)


def test_links_hold_their_blocks_one_level_down(
    tmp_path: Path, small_fid: Fid, numbers: np.ndarray
) -> None:
    inner = ntuples(small_fid) + xydata(numbers, dif)
    text = f"##TITLE= both\n##DATA TYPE= LINK\n##BLOCKS= 2\n{inner}##END=\n"
    path = write(tmp_path / "a.jdx", text)
    data = read(path)
    assert data.source.kind == "spectrum"
    assert data.sources == ("fid", "spectrum")
    assert isinstance(read(path, source="fid").data, Fid)
    with pytest.raises(FormatError, match=r"no source '1'.*fid, spectrum"):
        read(path, source="1")


@pytest.mark.parametrize("ending", [".jdx", ".JDX", ".jcm", ".txt"])
def test_remarks_indentation_and_other_endings_do_not_hide_a_spectrum(
    tmp_path: Path, numbers: np.ndarray, ending: str
) -> None:
    text = xydata(numbers, dif)
    wanted = read(write(tmp_path / "plain.jdx", text)).data
    folder = tmp_path / "a"
    folder.mkdir()
    indented = "".join(f"  {line}" if line[0] == "#" else line for line in text.splitlines(True))
    path = write(folder / f"sample{ending}", f"$$ written by hand\n\n$$ ##TITLE= no\n{indented}")
    assert data_sets(folder) == (str(path),)
    assert read(folder).data.axis == wanted.axis
    assert np.array_equal(read(path).data.data, wanted.data)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_other_encodings_are_recognised(tmp_path: Path, numbers: np.ndarray, encoding: str) -> None:
    text = xydata(numbers, difdup, TITLE="L\u00f6sung")
    (tmp_path / "a.jdx").write_bytes(text.encode(encoding))
    data = read(tmp_path / "a.jdx")
    assert np.array_equal(data.data.trace, 0.5 * numbers)
    assert data.sample.title == "L\u00f6sung"
    assert data_sets(tmp_path) == (str(tmp_path / "a.jdx"),)


def test_lists_of_pairs_are_said_to_be_such(tmp_path: Path, numbers: np.ndarray) -> None:
    head = xydata(numbers, affn).split("##XYDATA")[0]
    path = write(tmp_path / "a.jdx", f"{head}##PEAK TABLE= (XY..XY)\n7.26, 100\n##END=\n")
    with pytest.raises(FormatError, match="a list of peaks"):
        read(path)
    path = write(tmp_path / "a.jdx", f"{head}##XYPOINTS= (XY..XY)\n7.26, 100\n##END=\n")
    with pytest.raises(FormatError, match="pairs"):
        read(path)


HOSTILE = [
    ("0A1S99999999", "claims more than"),
    ("0A1s99999999s9", "no line of numbers"),
    ("0" + "A1S9999999\n5" * 40 + "A1", "claims more than"),
    ("0S5", "no line of numbers"),
    ("0J5K3", "begins with a difference"),
    ("0A1.2.3B4", "no line of numbers"),
    ("12 abc 14", "no line of numbers"),
    ("1 2 ? 3", "lacks values"),
    ("0A1?J2", "lacks values"),
    ("1 abc ? 3", "no line of numbers"),
    ("1 2 3\n4 5 6", "holds 4 numbers instead of 512"),
    ("0A1B2", "holds 2 numbers instead of 512"),
    ("", "claims more|damaged"),
    ("e", "damaged|no line|holds"),
]


@pytest.mark.measures_time
@pytest.mark.parametrize(("body", "why"), HOSTILE)
def test_hostile_and_damaged_tables_are_refused_at_once(
    tmp_path: Path, numbers: np.ndarray, body: str, why: str
) -> None:
    head = xydata(numbers, affn).split("##XYDATA")[0]
    path = write(tmp_path / "a.jdx", f"{head}##XYDATA= (X++(Y..Y))\n{body}\n##END=\n")
    started = time.process_time()
    with pytest.raises(FormatError, match=why):
        read(path)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ({"NPOINTS": "1e12"}, "no size of a spectrum"),
        ({"NPOINTS": "x"}, "with their count"),
        ({"FIRSTX": "nan"}, "FIRSTX and LASTX"),
        ({"LASTX": 4001.3}, "FIRSTX and LASTX"),
        ({"XUNITS": "1/CM"}, "neither Hz nor ppm"),
        ({".OBSERVE FREQUENCY": ""}, "no .OBSERVE FREQUENCY"),
        ({".OBSERVE FREQUENCY": 1e-7}, "impossible"),
        ({"NUM DIM": 2}, "2 dimensions"),
    ],
)
def test_labels_that_cannot_be_are_refused(
    tmp_path: Path, numbers: np.ndarray, labels: dict[str, object], why: str
) -> None:
    path = write(tmp_path / "a.jdx", xydata(numbers, affn, **labels))
    with pytest.raises(FormatError, match=why):
        read(path)


def test_real_files_have_their_lines_in_their_places(shared_data: Path | None) -> None:
    if shared_data is None:
        return
    folder = shared_data / "jcamp"
    known = {"ethylbenzene-1h.jdx": 1.17, "ethylvinylether-1h.jdx": 1.30, "estragole-1h.dx": 3.836}
    for name, ppm in known.items():
        spectrum = read(folder / name).spectrum()
        top = float(spectrum.axis.ppm(int(spectrum.trace.argmax())))
        assert top == pytest.approx(ppm, abs=0.03), name
    four = [read(path).data.trace for path in sorted((folder / "compression").glob("*.dx"))]
    assert len(four) == 4
    assert all(np.array_equal(four[0], other) for other in four[1:])
    ours = read(folder / "aspirin-1h-fid.dx")
    vendors = read(shared_data / "bruker_1h_aspirin_fidonly" / "1")
    assert np.array_equal(ours.data.data, vendors.data.data)
    assert ours.data.axis == vendors.data.axis
    assert ours.recipe == vendors.recipe
