"""What people type and read as numbers: one convention, and one place for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nmrquanv
from nmrquanv.errors import NumberError
from nmrquanv.numbers import (
    counted,
    drawn,
    fixed,
    is_plain,
    measured,
    parse_number,
    parse_whole,
    signed,
    significant,
)

PACKAGE = Path(nmrquanv.__file__).parent


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7.26", 7.26),
        ("7,26", 7.26),
        ("1,234", 1.234),
        ("1.234", 1.234),
        (" -1.5\t", -1.5),
        ("−2,5", -2.5),
        ("+3", 3.0),
        (",5", 0.5),
        ("5,", 5.0),
        ("1e-3", 1e-3),
        ("2,5E−2", 0.025),
    ],
)
def test_point_and_comma_are_the_decimal_mark_and_both_minuses_count(text, number) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("1.234,5", "understood as 1.234, followed by ',5'"),
        ("1,234.5", "understood as 1.234, followed by '.5'"),
        ("1 234", "understood as 1, followed by '234'"),
        ("1\u202f234", "understood as 1, followed by '234'"),
        ("1'234", "understood as 1"),
        ("7.26 ppm", "understood as 7.26, followed by 'ppm'"),
        ("7..26", "understood as 7, followed by '.26'"),
        ("٧٫٢٦", "nothing of it"),
        ("7٫26", "understood as 7, followed by '٫26'"),
        ("7²", "understood as 7"),
        ("\uff17", "nothing of it"),
        ("–3", "nothing of it"),
        ("--3", "nothing of it"),
        ("nan", "nothing of it"),
        ("inf", "nothing of it"),
        ("1e999", "nothing of it"),
        ("1_000", "understood as 1, followed by '_000'"),
        ("0x10", "understood as 0, followed by 'x10'"),
        ("", "got nothing"),
    ],
)
def test_anything_else_is_refused_with_what_was_understood(text, understood) -> None:
    with pytest.raises(NumberError, match="number") as refusal:
        parse_number(text)
    assert understood in str(refusal.value)


@pytest.mark.parametrize("text", ["1.5", "1,0", "1.000", "٣", "1e3", "1 000", "", "x"])
def test_a_whole_number_has_digits_only(text) -> None:
    with pytest.raises(NumberError):
        parse_whole(text)
    assert parse_whole(" 12 ") == 12
    assert parse_whole("−3") == -3


@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_what_is_shown_reads_back_with_either_mark_and_minus(value, decimals) -> None:
    text = fixed(value, decimals)
    assert parse_number(text) == round(value, decimals)
    assert parse_number(drawn(text.replace(".", ","))) == parse_number(text)
    assert text != fixed(0.0, decimals) or not text.startswith("-")


def test_numbers_are_shown_with_a_point_without_groups_and_without_a_negative_zero() -> None:
    assert fixed(-0.0004, 3) == "0.000"
    assert fixed(-0.0, 0) == "0"
    assert fixed(1234567.0, 1) == "1234567.0"
    assert fixed(-1.5, 2) == "-1.50"
    assert [signed(x, 2) for x in (1.5, -1.5, -0.001, 0.0)] == ["+1.50", "-1.50", "0.00", "0.00"]
    assert [significant(x, 3) for x in (-0.0, 12.345, -1234567.0)] == ["0", "12.3", "-1.23e+06"]
    assert drawn("-1.5") == "−1.5"


# --- one place -------------------------------------------------------------------------------

BOXES = {"QDoubleSpinBox", "QSpinBox", "QDoubleValidator", "QIntValidator"}
TYPED = {"text", "word", "words", "typed"}


def test_things_are_counted_in_words() -> None:
    assert [counted(n, "peak") for n in (0, 1, 2)] == ["no peaks", "1 peak", "2 peaks"]


def offences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Tell line and kind of what reads or writes people's numbers in a way of its own."""
    for node in ast.walk(tree):
        match node:
            case ast.alias(name=name) if name in BOXES:
                yield node.lineno, name
            case ast.Call(func=ast.Name(id="float" | "int" as kind), args=[what]):
                if _is_typed(what):
                    yield node.lineno, f"{kind}({ast.unparse(what)})"
            case ast.Attribute(attr="DoubleInput" | "IntInput" | "getDouble" | "getInt"):
                yield node.lineno, node.attr
            case ast.keyword(arg="type", value=ast.Name(id="float" | "int" as kind)):
                yield node.value.lineno, f"type={kind}"
            case ast.FormattedValue(format_spec=ast.JoinedStr() as how):
                spec = ast.unparse(how)
                if "," in spec or "_" in spec or spec.rstrip("'\"")[-1:] in "fFeEn":
                    yield node.lineno, f"format {spec}"


def _is_typed(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        node = node.func
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name in TYPED


def test_the_search_for_offences_finds_each_kind() -> None:
    source = """
from PySide6.QtWidgets import QSpinBox
a = float(text), int(field.text()), f"{x:,}", f"{x:.3f}"
parser.add_argument("--x", type=float)
dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
"""
    assert len(list(offences(ast.parse(source)))) == 7


def test_people_s_numbers_are_read_and_shown_in_one_place() -> None:
    found = []
    for folder in ("gui", "cli", "session"):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            if path == PACKAGE / "gui" / "number_box.py":
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found += [f"{path.relative_to(PACKAGE)}:{n} {kind}" for n, kind in offences(tree)]
    assert found == [], "use nmrquanv.numbers, nmrquanv.cli.typed or gui.number_box"


def test_a_measured_number_has_two_digits_of_its_error_and_its_column_s_form() -> None:
    assert is_plain(33110.0)
    assert measured(32803.7, 41.0, plain=True) == "32804"
    assert measured(33112.0, 410.0, plain=True) == "33110"
    assert measured(12.3456, 0.05, plain=True) == "12.346"
    assert measured(-0.0123456, 0.004, plain=True) == "-0.0123"
    assert measured(0.0, 1.0, plain=True) == "0"
    assert measured(5.0, 50.0, plain=True) == "5.0", "an error beyond the value: two digits"
    assert measured(3.3e9, None, plain=is_plain(3.3e9)) == "3.300e+09"
    assert measured(999_960.0, 1000.0, plain=True) == "1000000"
