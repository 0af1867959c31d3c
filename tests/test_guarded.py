"""The guarded reader: what is not a plain, bounded file of our form ends in a named error."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import nmrquanv
from nmrquanv.errors import FormatError
from nmrquanv.guarded import MAX_DEPTH, as_type, parse_json, read_json, read_regular
from nmrquanv.guarded_arrays import array_of, read_members, read_npz, weights_of


@dataclass(frozen=True, slots=True)
class Inner:
    limit: float


@dataclass(frozen=True, slots=True)
class Outer:
    name: str
    inner: tuple[Inner, ...] = ()


def npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems with pipes and devices")
def test_a_pipe_or_a_device_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(FormatError, match="not a regular file"):
            read_regular(path, 100)


@pytest.mark.parametrize("name", ["missing", "nul\0byte", "x" * 5000])
def test_what_cannot_be_opened_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=name[:3]):
        read_regular(tmp_path / name, 100)


def test_a_file_over_its_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.touch()
    os.truncate(path, 1 << 40)
    with pytest.raises(FormatError, match="the limit for its kind"):
        read_regular(path, 1 << 20)


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
        b'{"a":' * 500 + b"1" + b"}" * 500,
        b"NaN",
        b"1e999",
        b"1" * 5000,
        b'"\xff"',
        b"",
        b"{",
    ],
)
def test_json_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(FormatError, match=r"card\.json"):
        parse_json(content, object, "card.json")


def test_values_get_their_types_or_the_entrys_path(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'\xef\xbb\xbf{"name": "n", "inner": [{"limit": 1}]}')
    assert read_json(path, Outer) == Outer("n", (Inner(1.0),))
    for wrong in ('{"name": 3}', '{"name": "n", "inner": [{"limit": "1"}]}', "[]", "{}"):
        path.write_text(wrong)
        with pytest.raises(FormatError, match=r"a\.json"):
            read_json(path, Outer)


def test_entries_that_nobody_knows_are_an_error_where_asked() -> None:
    values = {"name": "n", "inner": [{"limit": 1, "limits": 2}], "more": 0}
    assert as_type(values, Outer, "x").name == "n"
    with pytest.raises(FormatError, match=r"inner\.0\.limits, more"):
        as_type(values, Outer, "x", exact=True)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3),
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        np.array("1H"),
        np.array(3.5),
        np.zeros((0, 4), np.complex128),
        np.array([True, False]),
    ],
)
def test_arrays_come_back(array: np.ndarray) -> None:
    back = array_of(npy(array), "a")
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    np.testing.assert_array_equal(back, array)


def _npy_with(header: str, rest: bytes = b"") -> bytes:
    text = header.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + rest


@pytest.mark.parametrize(
    "content",
    [
        b"",
        npy(np.arange(5.0))[:-1],
        npy(np.arange(5.0)) + b"\0",
        _npy_with("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"),
        _npy_with("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", b"\0" * 8),
        _npy_with("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", b"\0" * 8),
        _npy_with("{'descr': '<U0', 'fortran_order': False, 'shape': (9999999999,), }"),
        _npy_with("{'descr': " + "(" * 80),
        _npy_with("3"),
    ],
)
def test_arrays_that_do_not_fit_their_length_are_refused(content: bytes) -> None:
    with pytest.raises(FormatError, match="member"):
        array_of(content, "member")


def test_an_archive_that_claims_or_unpacks_too_much_is_refused() -> None:
    bomb = zipped(a=bytes(1 << 20))
    with pytest.raises(FormatError, match="unpacks to more"):
        read_members(bomb, "z", limit=1 << 19)
    # the same with a claim of one byte in both places where a member's size stands
    size = (1 << 20).to_bytes(4, "little")
    with pytest.raises(FormatError, match=r"z:"):
        read_members(bomb.replace(size, (1).to_bytes(4, "little")), "z", limit=1 << 19)


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "0.npz"
    np.savez(path, real=np.arange(50.0), sw_hz=400.0)
    assert read_npz(path)["real"].tolist() == np.arange(50.0).tolist()
    whole, rng = path.read_bytes(), np.random.default_rng(3)
    for _ in range(200):
        content = bytearray(whole)
        content[rng.integers(len(content))] ^= 1 << rng.integers(8)
        path.write_bytes(content[: rng.integers(1, len(content) + 200)])
        with contextlib.suppress(FormatError):
            assert all(isinstance(a, np.ndarray) for a in read_npz(path).values())


def test_weights_that_are_not_finite_are_refused() -> None:
    from safetensors.numpy import save

    assert weights_of(save({"w": np.ones(3, np.float32)}), "w")["w"].tolist() == [1.0, 1.0, 1.0]
    with pytest.raises(FormatError, match="diverged"):
        weights_of(save({"w": np.array([1.0, np.nan], np.float32)}), "w")
    with pytest.raises(FormatError, match="damaged"):
        weights_of(b"\xff" * 100, "w")


_READERS = {
    "json": ("load", "loads"),
    "np": ("load",),
    "torch": ("load",),
    "pickle": ("load",),
}


def _reading_calls(source: str) -> list[str]:
    """Return the calls that read JSON, arrays or weights past the guarded reader."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            if node.func.attr in _READERS.get(owner, ()):
                found.append(ast.unparse(node.func))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("safetensors"):
            found += [alias.name for alias in node.names if alias.name in ("load", "load_file")]
    return found


def test_the_search_for_reading_calls_finds_each_kind() -> None:
    for line in ("json.loads(t)", "np.load(p)", "torch.load(p)", "pickle.load(f)"):
        assert _reading_calls(line), line
    assert _reading_calls("from safetensors.torch import load_file")


def test_nothing_of_ours_is_read_in_another_way() -> None:
    package = Path(nmrquanv.__file__).parent
    found = {
        str(path.relative_to(package)): calls
        for path in sorted(package.rglob("*.py"))
        if path.name not in ("guarded.py", "guarded_arrays.py")
        and (calls := _reading_calls(path.read_text("utf-8")))
    }
    assert found == {}
