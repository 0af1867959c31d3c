"""Bruker data sets: XWIN-NMR, TopSpin 1 to 4 and NEO, one-dimensional.

A source is ``"fid"`` or a PROCNO. ``1r`` and ``1i`` make one complex spectrum; the FID is
conjugated, so that its transform has the highest ppm first, and keeps its group delay.
"""

from __future__ import annotations

from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.io.bruker_fid import outline_fid
from nmrquanv.io.bruker_folders import (
    ROW,
    Experiment,
    find_experiment,
    is_experiment,
    is_own_file,
    newest_procno,
    survey,
)
from nmrquanv.io.bruker_processed import outline_processed
from nmrquanv.io.outlines import Asked, Outline, some_of


def recognise(path: Path) -> Path | None:
    """Return the EXPNO that a folder, or one of Bruker's own files, is or lies in."""
    if path.is_file() and not is_own_file(path):
        return None
    found = find_experiment(path)
    return found[0] if found else None


def data_sets_at(path: Path) -> tuple[Path, ...]:
    """Return the EXPNO that a path is, if it is one."""
    return (path,) if path.is_dir() and is_experiment(path) else ()


def outline(folder: Path, asked: Asked) -> Outline:
    """Outline one source of an EXPNO folder.

    Parameters
    ----------
    folder : Path
        The EXPNO.
    asked : Asked
        Without a source: the one that the opened path names, else the newest 1r, else the FID.
        A PROCNO that only the path names and that has no spectrum gives the FID, which is noted.

    Raises
    ------
    FormatError
        2D, missing, truncated or damaged files, or no such source.
    """
    experiment = survey(folder)
    notes: list[str] = []
    source = _chosen(experiment, asked, notes)
    if source == "fid" or source.startswith(ROW):
        return outline_fid(experiment, asked, notes, source)
    try:
        return outline_processed(experiment, source, asked, notes)
    except FormatError as error:
        is_meant = asked.source is not None or asked.opened.name.lower() in {"1r", "1i"}
        instead = None if is_meant else _instead_of(experiment, source, asked, error)
        if instead is None:
            raise
        return instead


def _instead_of(
    experiment: Experiment, broken: str, asked: Asked, error: FormatError
) -> Outline | None:
    """Outline what can be shown where the spectrum that would be the default cannot."""
    others = [source for source in experiment.sources if source not in experiment.procnos][:1]
    others += [procno for procno in reversed(experiment.procnos) if procno != broken]
    for source in others:
        is_fid = source not in experiment.procnos
        shown = {"fid": "the FID"}.get(source, source if is_fid else f"PROCNO {source}")
        notes = [f"PROCNO {broken} cannot be shown ({error}): {shown} is"]
        try:
            if is_fid:
                return outline_fid(experiment, asked, notes, source)
            return outline_processed(experiment, source, asked, notes)
        except FormatError:
            continue
    return None


def _chosen(experiment: Experiment, asked: Asked, notes: list[str]) -> str:
    """Return the source to read, or refuse."""
    source = asked.source or _named_by(asked.opened)
    if source in experiment.sources:
        return str(source)
    if not experiment.sources and experiment.two_dimensional:
        raise FormatError(
            f"{experiment.folder}: two-dimensional or arrayed Bruker data "
            f"({', '.join(experiment.two_dimensional)}), not a 1D spectrum: choose a 1D data set"
        )
    if not experiment.sources:
        raise FormatError(
            f"{experiment.folder}: a Bruker folder with neither fid nor pdata/*/1r: "
            "copy the data set again, with its data files"
        )
    first = next((s for s in experiment.sources if s not in experiment.procnos), None)
    if source is not None and (asked.source is not None or first is None):
        raise FormatError(
            f"{experiment.folder}: there is no source {source!r}: choose one of "
            f"{some_of(experiment.sources)}"
        )
    if source is not None:
        shown = "the FID" if first == "fid" else first
        notes.append(f"PROCNO {source} holds no spectrum (1r): {shown} is shown")
        return str(first)
    if experiment.procnos and not experiment.rows:
        return newest_procno(experiment)
    return str(first)


def _named_by(opened: Path) -> str | None:
    """Return the source that a path inside a data set names."""
    found = find_experiment(opened)
    return found[1] if found else None
