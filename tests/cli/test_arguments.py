"""What can be written on the command line, and what is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from nmrquanv.cli.arguments import parse
from nmrquanv.spectra.thresholds import Thresholds
from nmrquanv.version import __version__

ROOT = Path(__file__).resolve().parents[2]


def test_without_a_command_the_window_opens_with_the_paths(tmp_path: Path) -> None:
    arguments = parse([str(tmp_path)])
    assert (arguments.command, arguments.paths) == ("window", [tmp_path])
    assert parse([]).paths == []


def test_a_file_called_like_a_command_can_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("info").mkdir()
    for words in (["./info"], ["--", "info"]):
        arguments = parse(words)
        assert (arguments.command, arguments.paths) == ("window", [Path("info")])


def test_verbose_may_stand_before_and_after_the_command() -> None:
    assert parse(["-v", "info", "x"]).is_verbose
    assert parse(["info", "x", "--verbose"]).is_verbose
    assert not parse(["info", "x"]).is_verbose


@pytest.mark.parametrize(
    ("words", "region"),
    [
        (["--region=-60:-140"], (-60.0, -140.0)),
        (["--region", "-60:-140"], (-60.0, -140.0)),
        (["--region", "-140:-60"], (-60.0, -140.0)),
        (["--region", "9:-1.5"], (9.0, -1.5)),
        (["--region", "1e1:.5"], (10.0, 0.5)),
    ],
)
def test_regions_may_be_negative_and_in_either_order(
    words: list[str], region: tuple[float, float]
) -> None:
    assert parse(["pick", "x", *words, "-o", "-"]).region == region


def test_help_and_documentation_tell_the_default_thresholds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        parse(["pick", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    page = (ROOT / "resources/help/docs/reference/command-line.md").read_text(encoding="utf-8")
    default = Thresholds().limits()
    for option, value in (
        ("--min-snr", f"{default.min_snr:g}"),
        ("--min-height", f"{100 * default.min_height:g}%"),
        ("--min-confidence", f"{default.min_confidence:g}"),
    ):
        own_words = told.rpartition(f"{option} ")[2].partition(" --")[0]
        assert f"(default {value})" in own_words
        assert f"| `{option} {value}` |" in page


def test_a_small_height_may_be_given_in_percent() -> None:
    words = ["pick", "x", "-o", "-", "--min-height"]
    assert parse([*words, "0.5%"]).min_height == pytest.approx(0.005)
    assert parse([*words, "0.02"]).min_height == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("pick", "PATH"),
        ("pick x", "one of the arguments"),
        ("pick x -o a.json --output-dir b", "not allowed with"),
        ("pick x y -o a.json", "several PATHs need --output-dir"),
        ("pick x -o a.docx", ".json, .tsv, .xlsx"),
        ("pick x -o nowhere/a.json", "does not exist"),
        ("pick x -o - --region 5", "HIGH:LOW"),
        ("pick x -o - --region 5:5", "HIGH:LOW"),
        ("pick x -o - --region nan:5", "HIGH:LOW"),
        ("pick x -o - --region 1:2:3", "HIGH:LOW"),
        ("pick x -o - --min-snr -1", "at least 0"),
        ("pick x -o - --min-snr inf", "at least 0"),
        ("pick x -o - --min-height 2", "0 to 1"),
        ("pick x -o - --min-confidence many", "0 to 1"),
        ("pick x -o - --polarity up", "invalid choice"),
        ("pick x -o - --sf-mhz 0", "above 0"),
        ("pick x -o - --nonsense", "--nonsense"),
        ("info", "PATH"),
        ("simulate --output d", "--seed"),
        ("simulate --output d --seed -3", "--seed"),
        ("simulate --output d --seed 1 --count 0", "at least 1"),
        ("train", "--run"),
        ("train --config c", "go together"),
        ("train --run r --output d", "go together"),
        ("fly", "neither a command nor a file"),
    ],
)
def test_wrong_use_is_one_line_on_stderr_and_exit_code_2(
    words: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        parse(words.split())
    out, err = capsys.readouterr()
    assert end.value.code == 2
    assert out == ""
    assert says in err
    assert err.count("\n") == 1


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--version"], ["pick", "--version"]):
        with pytest.raises(SystemExit) as end:
            parse(words)
        assert end.value.code == 0
        assert capsys.readouterr().out == f"nmrquanv {__version__}\n"
    with pytest.raises(SystemExit):
        parse(["--help"])
    shown = capsys.readouterr().out
    assert all(command in shown for command in ("info", "pick", "simulate", "train", "exit codes"))


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        (["--sf-mhz", "400,13"], "sf_mhz", 400.13),
        (["--min-snr", "0,25"], "min_snr", 0.25),
        (["--min-height", "0,5%"], "min_height", 0.005),
        (["--min-height", "0,01"], "min_height", 0.01),
        (["--region", "9,5:-1,25"], "region", (9.5, -1.25)),
        (["--region", "−60:−140"], "region", (-60.0, -140.0)),
    ],
)
def test_numbers_have_point_or_comma_and_either_minus(words, name, value) -> None:
    assert getattr(parse(["pick", "x", "-o", "-", *words]), name) == value


@pytest.mark.parametrize(
    ("words", "understood"),
    [
        (["pick", "x", "-o", "-", "--sf-mhz", "1.400,13"], "understood as 1.4, followed by ',13'"),
        (["pick", "x", "-o", "-", "--min-snr", "1 000"], "understood as 1, followed by '000'"),
        (["pick", "x", "-o", "-", "--region", "9:1.2.3"], "understood as 1.2, followed by '.3'"),
        (["simulate", "--output", "d", "--seed", "٣"], "nothing of it was understood"),
        (["study", "noise", "--output", "d", "--shots", "1,5"], "understood as 1.5"),
        (["study", "noise", "--output", "d", "--minutes", "1:30"], "understood as 1, followed by"),
    ],
)
def test_refused_numbers_tell_what_was_understood(words, understood, capsys) -> None:
    with pytest.raises(SystemExit) as end:
        parse(words)
    assert end.value.code == 2
    assert understood in capsys.readouterr().err
