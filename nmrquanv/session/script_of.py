"""The history of a document as a Python script that repeats it and gives the same peaks.

Each undo step becomes the calls that do the same; what was undone is not in it. What a document
file brought along comes first, as steps that lead to it. Lists of other programs stand in the
script as they were imported. Integrals, multiplets and reviewed regions do not change the list of
peaks: they are named and not repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any

from nmrquanv.errors import ExportError
from nmrquanv.guarded import plain
from nmrquanv.session.document import Document
from nmrquanv.session.requests import request_of
from nmrquanv.session.solvent_change import is_solvent_alone
from nmrquanv.session.state import State
from nmrquanv.session.undo import Edit
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.steps import Reference
from nmrquanv.spectra.thresholds import Thresholds
from nmrquanv.version import __version__

_ASKED = ("polarity", "region", "one_window")


def script_of(document: Document) -> str:
    """Return the script.

    Raises
    ------
    ExportError
        The data were never a file, or they were looked for elsewhere meanwhile.
    """
    source = document.dataset.source
    if source.format == "simulated" or not source.path:
        raise ExportError(f"'{document.name}' was never a file: a script cannot read it")
    steps = list(_steps(document))
    first = replace(State(steps[0][1].processed), thresholds=Thresholds())
    lines = _head(document, steps[0][1])
    for text, before, after in (("as opened", first, steps[0][1]), *steps[1:]):
        calls = list(_calls(before, after))
        has_changed = before is not after and text != "as opened"
        if calls or has_changed:
            lines.append(f"# {text}" if calls else f"# {text}: not repeated, changes no peak")
        lines += calls
    return "\n".join((*lines, "", 'if __name__ == "__main__":', "    print(session.peaks)", ""))


def _steps(document: Document) -> Iterator[tuple[str, State, State]]:
    """Yield text, state before and after of each step; the first leads to where it began."""
    stack = document.undo_stack
    done = [stack.command(number) for number in range(stack.index())]
    known = [command for command in done if isinstance(command, Edit)]
    first = known[0].before if known else document.state
    yield "", first, first
    for command in known:
        yield command.text(), command.before, command.after


def _head(document: Document, first: State) -> list[str]:
    """Return the lines that read and process the data."""
    request, source = request_of(document), first.processed.dataset.source
    known: dict[str, Any] = {"source": _source(first.processed.dataset)}
    known |= {"sf_mhz": request.sf_mhz, "nucleus": request.nucleus or None}
    if not first.processed.is_as_read:
        known["recipe"] = first.processed.recipe.to_dict()
    said = _arguments({name: value for name, value in known.items() if value is not None})
    place = str(Path(source.path).absolute())
    solvent = first.processed.dataset.sample.solvent
    is_told = not first.processed.is_as_read
    return [
        f'"""{document.name}: peaks as nmrquanv {__version__} showed them.',
        "",
        f"SHA-256 of the data: {source.sha256}",
        '"""',
        "",
        "from nmrquanv.session.scripted import Session",
        "",
        f"session = Session({place!r}, {said})" if said else f"session = Session({place!r})",
        *([f"session.set_solvent({solvent!r})"] if is_told else ()),
    ]


def _source(dataset: DataSet) -> str | None:
    """Return which of a data set's sources is shown; None where there is no choice."""
    kind = dataset.source.kind
    return kind if kind in dataset.sources else None


def _calls(before: State, after: State) -> Iterator[str]:
    """Yield the calls that lead from one state to the next."""
    yield from _processing(before, after)
    if after.thresholds != before.thresholds:
        said = {f.name: getattr(after.thresholds, f.name) for f in fields(Thresholds)}
        usual = Thresholds()
        changed = {n: v for n, v in said.items() if v != getattr(usual, n)}
        yield _call("set_thresholds", changed)
    names = [n for n, layer in after.layers.items() if layer is not before.layers.get(n)]
    is_moved = after.processed.recipe.shift_ppm != before.processed.recipe.shift_ppm
    if is_moved or is_solvent_alone(before.processed, after.processed):
        return  # everything went along
    found = [n for n in names if not _is_import(after.layers[n])]
    if found:
        yield _find(after, found)
    for name in names:
        if name not in found:
            yield _import(name, after.layers[name])
    yield from _working(before, after, has_found=bool(names))
    yield from _edits(before, after)


def _processing(before: State, after: State) -> Iterator[str]:
    was, now = before.processed, after.processed
    if was is now or (was.recipe == now.recipe and was.dataset is now.dataset):
        return
    if is_solvent_alone(was, now):
        yield f"session.set_solvent({now.dataset.sample.solvent!r})"
    elif was.dataset is not now.dataset:
        source = now.dataset.source
        if source.path != was.dataset.source.path:
            raise ExportError(
                f"the data were looked for elsewhere meanwhile ('{was.dataset.source.path}', then "
                f"'{source.path}'): a script reads one place"
            )
        yield f"session.choose_source({_source(now.dataset)!r})"
    elif was.recipe.with_step(Reference(now.recipe.shift_ppm)) == now.recipe:
        yield f"session.reference({_number(now.recipe.shift_ppm)})"
    else:
        yield f"session.process({now.recipe.to_dict()!r})"


def _is_import(layer: PeakList) -> bool:
    """Tell whether a layer is a list of elsewhere: no search of ours has given it here."""
    settings = layer.provenance.settings
    return "file" in settings or "polarity" not in settings


def _import(name: str, layer: PeakList) -> str:
    """Return the call that takes an imported list, which stands in the script as a whole."""
    rows = [{n: _plain(v) for n, v in _said(peak).items()} for peak in layer]
    listed = "".join(f"\n    {row!r}," for row in rows)
    settings, sigma = plain(layer.provenance.settings), _plain(layer.sigma)
    return f"session.import_list({name!r}, [{listed}\n], {settings!r}, {sigma!r})"


def _find(after: State, names: list[str]) -> str:
    """Return the search that gave these layers, in the order that decides on the list."""
    settings = [after.layers[name].provenance.settings for name in names]
    newest = settings[-1].get("found_again", [settings[-1]])[-1]
    asked = {name: newest[name] for name in _ASKED if newest.get(name)}
    if asked.get("polarity") == "auto":
        del asked["polarity"]
    said = _arguments(asked)
    return f"session.find({', '.join(map(repr, names))}{', ' if said else ''}{said})"


def _working(before: State, after: State, *, has_found: bool) -> Iterator[str]:
    def chosen(state: State) -> tuple[object, ...]:
        return state.working_choice, state.combined, state.tolerance_hz

    if chosen(before) != chosen(after) or has_found:
        finders = f", {after.combined!r}" if after.combined or after.tolerance_hz else ""
        hertz = f", {after.tolerance_hz!r}" if after.tolerance_hz is not None else ""
        yield f"session.work_with({after.working_choice!r}{finders}{hertz})"


def _edits(before: State, after: State) -> Iterator[str]:
    """Yield what a person did to peaks."""
    old = {peak.id: peak for peak in before.peaks}
    stones = [t for t in after.tombstones if t not in before.tombstones]
    moved_from = {t.peak.id: t.peak for t in stones if t.reason == "moved"}
    if len(after.tombstones) < len(before.tombstones):
        yield "session.restore_deleted()"
        return
    gone = [t.peak for t in stones if t.reason == "deleted"]
    is_listed = not old  # the list of a file is made before anything is deleted from it
    present = [p for p in gone if p.id in old or (is_listed and p.source == "model")]
    if present:
        yield f"session.delete({', '.join(_number(peak.ppm) for peak in present)})"
    for peak in gone:
        if peak not in present:
            yield _call("reject", _said(peak))
    for peak in after.peaks:
        known = old.get(peak.id) or moved_from.get(peak.id)
        if known is not peak:
            yield from _edit(known, peak)
    for mark in after.marks:
        if mark not in before.marks:
            yield f"session.classify({mark.peak_class!r}, {_number(mark.ppm)})"


def _edit(known: Peak | None, peak: Peak) -> Iterator[str]:
    """Yield what was done to one peak; a finder's own is as the search gives it."""
    if known is None and peak.source == "added":
        yield _call("add", _said(peak))
        return
    if known is not None and peak.ppm != known.ppm and peak.source != "model":
        yield f"session.move({_number(known.ppm)}, {_arguments(_said(peak))})"
        return
    known = known or replace(peak, is_confirmed=False, label="")
    if peak.is_confirmed != known.is_confirmed:
        more = "" if peak.is_confirmed else ", is_confirmed=False"
        yield f"session.confirm({_number(peak.ppm)}{more})"
    if peak.label != known.label:
        yield f"session.label({_number(peak.ppm)}, {peak.label!r})"


def _said(peak: Peak) -> dict[str, Any]:
    """Return the fields of a peak that are not as usual, but its identity."""
    said = {f.name: getattr(peak, f.name) for f in fields(Peak) if f.name != "id"}
    usual = {f.name: f.default for f in fields(Peak) if f.default is not MISSING}
    return {name: value for name, value in said.items() if value != usual.get(name, MISSING)}


def _call(name: str, arguments: Mapping[str, Any]) -> str:
    return f"session.{name}({_arguments(arguments)})"


def _arguments(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={_plain(value)!r}" for name, value in values.items())


def _plain(value: Any) -> Any:
    """Return a number as Python writes it, of whatever library it is."""
    if isinstance(value, tuple | list):
        return tuple(_plain(one) for one in value)
    return float(value) if isinstance(value, float) else value


def _number(value: float) -> str:
    return repr(float(value))
