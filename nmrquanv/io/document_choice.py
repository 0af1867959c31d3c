"""What of a spectrum goes into a document file: measured files or links to them, with names or not.

Everything that is at hand is packed first; what a person does not want in the file is then taken
out here. The shown trace and its axis always stay, so that a document always opens.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

from nmrquanv.errors import FormatError
from nmrquanv.io.document_data import Packed
from nmrquanv.io.document_form import StoredPeaks
from nmrquanv.io.document_options import Choice
from nmrquanv.io.places import beside
from nmrquanv.io.source_files import KEPT_BYTES, contents_of
from nmrquanv.io.stored_data import StoredElsewhere
from nmrquanv.spectra.data_files import DataFile
from nmrquanv.spectra.spectrum import Source
from nmrquanv.spectra.starting_recipe import spectrum_recipe

_PATH = re.compile(r"(?:[A-Za-z]:[\\/]|\\\\|/|~/)\S*[\\/](?=\S)")
"""What leads to a name: everything up to the last slash of an absolute path."""

_ROOT_LENGTH = 3
"""``/`` and ``C:\\`` say nothing of anybody."""


def prepared(one: Packed, choice: Choice, target: Path) -> Packed:
    """Return what a document file is to hold of a spectrum.

    Parameters
    ----------
    one : Packed
        With all data that are at hand.
    choice : Choice
    target : Path
        The document file: data that are looked for are told as seen from its folder.
    """
    data = one.stored.data
    placed = replace(data, beside=beside(target.parent, data.source.path))
    one = Packed(replace(one.stored, data=placed), one.arrays)
    if not choice.has_names:
        one = without_names(one)
    if choice.data == "linked" or (choice.data == "auto" and _size(one) > KEPT_BYTES):
        return linked(one) if choice.has_names else one
    return one


def completed(one: Packed, choice: Choice) -> tuple[Packed, str]:
    """Return a spectrum with the files that a person wants in the document; takes a while.

    Files that were too large to be kept when they were read are read again.

    Returns
    -------
    one : Packed
    note : str
        Why files are not there; the numbers that were read are in any case.
    """
    data = one.stored.data
    is_asked = choice.data == "embedded" and choice.has_names and data.elsewhere is None
    if not is_asked or all(file.content for file in data.files):
        return one, ""
    known = [DataFile(file.name, file.size_bytes, file.sha256) for file in data.files]
    try:
        contents = contents_of(data.source.path, known)
    except FormatError as error:
        return one, f"'{one.stored.name}': the files are not in the document: {error}"
    prefix = one.stored.shown.points.rpartition("-")[0]
    names = {file.name: f"{prefix}-file{n}" for n, file in enumerate(data.files)}
    files = tuple(replace(file, content=names[file.name]) for file in data.files)
    stored = replace(one.stored, data=replace(data, files=files))
    held = {names[name]: content for name, content in contents.items()}
    return Packed(stored, {**one.arrays, **held}), ""


def _size(one: Packed) -> int:
    """Return how many bytes the measured files have; the numbers where no file is known."""
    data = one.stored.data
    files = sum(file.size_bytes for file in data.files)
    part = data.fid or data.trace
    return files or (one.arrays[part.points].nbytes if part is not None else 0)


def linked(one: Packed) -> Packed:
    """Return a spectrum whose measured data are looked for where they lie, not in the file."""
    stored, data = one.stored, one.stored.data
    if not data.source.path:  # synthetic: it lies nowhere
        return one
    files = tuple(replace(file, content="") for file in data.files)
    part = data.fid or data.trace
    if data.elsewhere is None and part is not None and part.points != stored.shown.points:
        trace = spectrum_recipe().to_dict()
        gone = StoredElsewhere(data.recipe, stored.recipe)
        data = replace(data, fid=None, trace=stored.shown, recipe=trace, elsewhere=gone)
        stored = replace(stored, recipe=trace)
    stored = replace(stored, data=replace(data, files=files))
    return Packed(stored, {name: one.arrays[name] for name in stored.arrays()})


def without_names(one: Packed) -> Packed:
    """Return a spectrum to be shared: no path, no user's name, none of the files that have them.

    The numbers that were read stay, so that it can be processed anew.
    """
    stored = one.stored
    scrub = _Scrub(stored.data.source.path)
    source = scrub.values(replace(stored.data.source, path=""))
    stored = replace(
        stored,
        data=replace(stored.data, source=source, files=(), beside=""),
        notes=tuple(map(scrub.text, stored.notes)),
        layers={name: _bare(layer, scrub) for name, layer in stored.layers.items()},
        peaks=_bare(stored.peaks, scrub),
        edits=tuple(replace(edit, by="") for edit in stored.edits),
    )
    return Packed(stored, {name: one.arrays[name] for name in stored.arrays()})


def _bare(peaks: StoredPeaks, scrub: _Scrub) -> StoredPeaks:
    known = peaks.provenance
    return replace(peaks, provenance=replace(known, settings=scrub.values(known.settings)))


class _Scrub:
    """Takes folders out of texts.

    Parameters
    ----------
    path : str
        Of the data: a folder in it may have spaces, which no pattern would follow.
    """

    def __init__(self, path: str) -> None:
        known = [str(Path.home()), *map(str, PurePath(path).parents if path else ())]
        folders = {one for one in known if len(one) > _ROOT_LENGTH}
        self._folders = sorted(folders, key=len, reverse=True)

    def text(self, text: str) -> str:
        """Return a text in which paths are the names of files."""
        for folder in self._folders:
            text = text.replace(f"{folder}{os.sep}", "").replace(folder, "")
        return _PATH.sub("", text)

    def values(self, value: Any) -> Any:
        """Return JSON values, or a source, with file names where there were paths."""
        if isinstance(value, Source):
            return replace(value, notes=tuple(map(self.text, value.notes)))
        if isinstance(value, dict):
            return {key: self.values(entry) for key, entry in value.items()}
        if isinstance(value, list | tuple):
            return [self.values(entry) for entry in value]
        if not isinstance(value, str):
            return value
        if os.path.isabs(value):
            return PurePath(value).name
        return self.text(value)
