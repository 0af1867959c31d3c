"""Lets every file operation fail in turn: afterwards each file is the old or the new one, whole.

``python tests/faults/files.py`` goes through all scenarios, ``--full`` adds the endings of a power
cut. For each scenario the number of operations is counted first; then, for every n and every kind
of fault, the n-th operation

- answers EIO or ENOSPC (``error``): the program goes on, says what happened, and cleans up;
- writes half of what it was given (``short``): allowed, so the new file must be there whole;
- is the last one (``stop``): nothing after it happens, not even cleaning up, as by kill -9;
- is the last one before the power goes (``power``): besides, what was not forced to the disk is
  lost. Two endings are tried: unforced contents are empty, and unforced names are the old ones.
"""

from __future__ import annotations

import argparse
import errno
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nmrquanv import writing
from nmrquanv.errors import NmrQuanvError

ERRORS = (errno.EIO, errno.ENOSPC)
TOLD = "a reader is told that this is of another time"


class Stopped(BaseException):
    """The process is no more; no handler of ordinary exceptions may catch it."""


@dataclass(frozen=True)
class Scenario:
    """One thing that the program writes.

    ``prepare`` makes the old files in an empty folder and ``act`` writes the new ones. ``look``
    returns what a reader gets of each: it must be what it was before or after, or ``TOLD``. Where
    ``is_one``, all of them together must be old or new.
    """

    name: str
    prepare: Callable[[Path], None]
    act: Callable[[Path], None]
    look: Callable[[Path], dict[str, object]]
    is_one: bool = True


@dataclass
class FaultyDisk(writing.Disk):
    """The disk, with one operation that goes wrong, and a record of what was forced to it."""

    at: int = -1
    fault: str = ""
    code: int = errno.EIO
    count: int = 0
    is_stopped: bool = False
    unforced: set[Path] = field(default_factory=set)
    renamed: list[tuple[Path, Path, bytes | None]] = field(default_factory=list)
    _paths: dict[int, Path] = field(default_factory=dict)

    def _step(self) -> bool:
        """Count an operation; raise if it fails; tell whether it is the last one."""
        if self.is_stopped:
            raise Stopped
        self.count += 1
        if self.count - 1 != self.at:
            return False
        if self.fault == "error":
            raise OSError(self.code, "made to fail")
        if self.fault in ("stop", "power"):
            self.is_stopped = True
            raise Stopped
        return self.fault == "short"

    def make_folder(self, path: Path, mode: int = 0o777) -> None:
        self._step()
        super().make_folder(path, mode)

    def create(self, path: Path, mode: int) -> int:
        self._step()
        handle = super().create(path, mode)
        self._paths[handle] = path
        self.unforced.add(path)
        return handle

    def write(self, handle: int, data: memoryview) -> int:
        is_short = self._step()
        part = data[: max(1, len(data) // 2)] if is_short else data
        return super().write(handle, part)

    def sync(self, handle: int) -> None:
        self._step()
        super().sync(handle)
        self.unforced.discard(self._paths[handle])

    def close(self, handle: int) -> None:
        try:
            self._step()
        finally:
            super().close(handle)  # a dead process's handles are closed as well

    def set_mode(self, path: Path, mode: int) -> None:
        self._step()
        super().set_mode(path, mode)

    def link(self, path: Path, other: Path) -> None:
        self._step()
        super().link(path, other)

    def replace(self, path: Path, target: Path) -> None:
        self._step()
        before = target.read_bytes() if target.is_file() else None
        super().replace(path, target)
        self.renamed.append((path, target, before))
        if path in self.unforced:
            self.unforced.discard(path)
            self.unforced.add(target)

    def remove(self, path: Path) -> None:
        self._step()
        super().remove(path)

    def sync_folder(self, folder: Path) -> None:
        self._step()
        super().sync_folder(folder)
        self.renamed = [one for one in self.renamed if one[1].parent != folder]

    def cut_power(self, *, loses_names: bool) -> None:
        """Leave on the disk what a power cut may leave."""
        if not loses_names:
            for path in self.unforced:
                if path.is_file():
                    path.write_bytes(b"")
            return
        for path, target, before in reversed(self.renamed):
            if target.is_dir():
                target.rename(path)
            elif before is None:
                target.unlink(missing_ok=True)
            else:
                target.write_bytes(before)


@contextmanager
def on(disk: writing.Disk) -> Iterator[None]:
    """Let the program write to this disk."""
    before, writing.disk = writing.disk, disk
    try:
        yield
    finally:
        writing.disk = before


@dataclass(frozen=True)
class Fault:
    """A file that is neither old nor new, or an exception that is no message."""

    scenario: str
    what: str

    def __str__(self) -> str:
        return f"{self.scenario}: {self.what}"


def faults(scenario: Scenario, *, has_power: bool = False) -> Iterator[Fault | None]:
    """Try every operation and kind of fault; yield a fault or None for each."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        old, new, total = _endings(scenario, root / "whole")
        kinds = [("error", code) for code in ERRORS] + [("short", 0), ("stop", 0)]
        kinds += [("power", 0), ("power", 1)] if has_power else []
        for fault, code in kinds:
            for at in range(total + (fault == "power")):  # at the end, too
                folder = root / f"{fault}-{code}-{at}"
                yield _tried(scenario, folder, (old, new), FaultyDisk(at, fault, code))
                shutil.rmtree(folder, ignore_errors=True)


def _endings(scenario: Scenario, folder: Path) -> tuple[dict, dict, int]:
    """Return what is read before and after, and how many operations lie between."""
    folder.mkdir(parents=True)
    scenario.prepare(folder)
    old, disk = scenario.look(folder), FaultyDisk()
    with on(disk):
        scenario.act(folder)
    new = scenario.look(folder)
    if old == new or disk.count < 4:
        raise AssertionError(f"{scenario.name}: writes nothing through the safe writer")
    return old, new, disk.count


def _tried(
    scenario: Scenario, folder: Path, endings: tuple[dict, dict], disk: FaultyDisk
) -> Fault | None:
    folder.mkdir(parents=True)
    scenario.prepare(folder)
    where = f"operation {disk.at}, {disk.fault} {disk.code}"
    ended = "well"
    with on(disk):
        try:
            scenario.act(folder)
        except Stopped:
            ended = "stopped"
        except (NmrQuanvError, OSError):
            ended = "told"
        except Exception as error:  # noqa: BLE001  (any is a fault)
            return Fault(scenario.name, f"{where}: {type(error).__name__}: {error}")
    if disk.fault == "power":
        disk.cut_power(loses_names=bool(disk.code))
    try:
        found = scenario.look(folder)
    except Exception as error:  # noqa: BLE001  (any is a fault)
        return Fault(scenario.name, f"{where}: unreadable: {type(error).__name__}: {error}")
    old, new = (
        {name: TOLD if found.get(name) == TOLD else value for name, value in ending.items()}
        for ending in endings
    )
    if ended == "well" and disk.fault == "short" and found != new:
        return Fault(scenario.name, f"{where}: a short write was taken for a whole one")
    for name in old | new:
        if found.get(name) not in (old.get(name), new.get(name)):
            return Fault(scenario.name, f"{where}: {name} is neither old nor new")
    if scenario.is_one and found not in (old, new):
        return Fault(scenario.name, f"{where}: one file is old and another new")
    if ended == "told" and list(folder.rglob("*.part")):
        return Fault(scenario.name, f"{where}: leaves a temporary file")
    return None


def main() -> int:
    """Run the command line and return the exit code."""
    from file_scenarios import SCENARIOS

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="power cuts too")
    wanted = parser.parse_args()
    bad = 0
    for scenario in SCENARIOS:
        found = list(faults(scenario, has_power=wanted.full))
        wrong = [fault for fault in found if fault is not None]
        told = [f"{scenario.name}: {len(found)} faults, {len(wrong)} files lost"]
        told += [f"  {fault}" for fault in wrong[:20]]
        sys.stdout.write("\n".join(told) + "\n")
        bad += len(wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
