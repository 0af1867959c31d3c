"""Whole folders: written all at once, made for one user alone, moved, and looked through for links.

Written through :data:`nmrquanv.writing.disk` like every file of ours.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from nmrquanv import writing
from nmrquanv.errors import ExportError
from nmrquanv.writing import NEW_MODE, beside, is_there, sync_folder, write_all

_PRIVATE_FOLDER_MODE = 0o700
"""Of what only the user may look into."""


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder that appears with all its files, or not at all.

    Parameters
    ----------
    folder : Path
        Must not exist; the folder above it must.
    files : mapping of str to bytes
        Places inside, with ``/``, such as ``"pdata/1/1r"``.

    Raises
    ------
    OSError
        It exists, or cannot be written.
    """
    if is_there(folder):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder))
    part = beside(folder.absolute())
    inner = {part / Path(name).parent for name in files}
    folders = sorted({f for one in inner for f in (one, *one.parents) if f.is_relative_to(part)})
    try:
        for one in folders:
            writing.disk.make_folder(one)
        _fill(part, files)
        for one in folders:
            sync_folder(one)
        writing.disk.replace(part, folder.absolute())
        sync_folder(folder.absolute().parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those that are missing above it, into which only this user can look.

    Raises
    ------
    OSError
        It cannot be made.
    """
    for one in reversed([f for f in (folder, *folder.parents) if not is_there(f)]):
        with contextlib.suppress(FileExistsError):  # another copy of the program was faster
            writing.disk.make_folder(one, _PRIVATE_FOLDER_MODE)
        sync_folder(one.parent)


def move_folder(folder: Path, target: Path) -> None:
    """Give a folder another place on the same disk, in one step.

    Raises
    ------
    OSError
        It cannot be moved, or something else is in the place.
    """
    writing.disk.replace(folder, target)
    for parent in {folder.parent, target.parent}:
        sync_folder(parent)


def refuse_ways_out(folder: Path) -> None:
    """Refuse an output folder in which a link leads elsewhere: other files would be overwritten.

    Parameters
    ----------
    folder : Path
        Looked at with the folders in it; it may be missing.

    Raises
    ------
    ExportError
        Names the link and where it leads.
    """
    if not os.path.isdir(folder):
        return
    home = os.path.realpath(folder)
    for place, folders, files in os.walk(home):
        for path in (os.path.join(place, name) for name in (*folders, *files)):
            target = os.path.realpath(path)
            if os.path.islink(path) and not Path(target).is_relative_to(home):
                raise ExportError(
                    f"{path}: is a link to {target}, so that work in this folder would change "
                    "files elsewhere: remove it, or choose another folder"
                )
        if place != home:
            folders.clear()


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write new files, then force all to the disk: together that costs little more than one."""
    with contextlib.ExitStack() as stack:
        handles = []
        for name, data in files.items():
            handles.append(writing.disk.create(folder / name, NEW_MODE))
            stack.callback(writing.disk.close, handles[-1])
            write_all(handles[-1], data)
        for handle in handles:
            writing.disk.sync(handle)
