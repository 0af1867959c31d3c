"""Places that a file names."""

from __future__ import annotations

from pathlib import Path

import pytest

from nmrquanv.errors import OverwriteError
from nmrquanv.io.places import beside, is_network, is_safe_name
from nmrquanv.io.placing import Files, Placing, place


@pytest.mark.parametrize("name", ["fid", "pdata/1/1r", "a b/ü", ".hidden/x", "...", "a..b"])
def test_what_lies_in_a_folder_is_safe(name: str) -> None:
    assert is_safe_name(name)


@pytest.mark.parametrize("name", ["", "/", "..", "a/..", "../a", "a//b", "./a", "C:a", "\\\\s\\x"])
def test_what_leads_elsewhere_is_not(name: str) -> None:
    assert not is_safe_name(name)


def test_a_place_is_told_as_seen_from_the_document() -> None:
    assert beside(Path("/a/b"), "/a/b/c/10") == "c/10"
    assert beside(Path("/a/b"), "/a/x") == "../x"
    assert beside(Path("/a/b"), "") == ""


def test_an_export_asks_no_other_computer_whether_it_may_be_written(tmp_path, monkeypatch) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(b"id,ppm,hz,height,\n")
    asked = []
    exists = Path.exists
    monkeypatch.setattr(Path, "exists", lambda self, **how: asked.append(self) or exists(self))
    for source in ("\\\\server\\share\\10", "//server/share/10"):
        assert is_network(source)
        place(Files(target, b"id,ppm,hz,height,\n2"), Placing(source))
    assert not [path for path in asked if "server" in str(path)]
    monkeypatch.undo()
    with pytest.raises(OverwriteError):
        place(Files(tmp_path / "1r", b"x"), Placing(str(raw_data(tmp_path))))


def raw_data(folder: Path) -> Path:
    (folder / "1r").write_bytes(b"numbers")
    return folder
