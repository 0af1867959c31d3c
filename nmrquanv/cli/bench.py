"""``nmrquanv bench``: the finders on simulated and real spectra; the front ends in training."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from nmrquanv.cli.exit_codes import DONE, UsageError
from nmrquanv.cli.output import write_out
from nmrquanv.cli.progress_line import ProgressLine
from nmrquanv.errors import ExportError, system_errors_as
from nmrquanv.paths import resource
from nmrquanv.progress import Report
from nmrquanv.writing import write_whole


def run(arguments: argparse.Namespace) -> int:
    """Measure what is asked for."""
    what = {
        "accuracy": _accuracy,
        "ablation": _ablation,
        "real": _real,
        "lines": _lines,
        "multiplets": _multiplets,
        "twin": _twin,
        "speed": _speed,
        "batch": _batch,
    }
    return what[arguments.what](arguments)


def _real(arguments: argparse.Namespace) -> int:
    """Measure on the real spectra of a folder; progress goes to standard error."""
    from nmrquanv.bench.real import measure_real, real_markdown

    with contextlib.redirect_stdout(sys.stderr):
        found = measure_real(arguments.folders[0], arguments.models, teller())
    return _tell(arguments.json, found.to_dict(), real_markdown(found))


def _lines(arguments: argparse.Namespace) -> int:
    """Measure on known molecules; progress goes to standard error."""
    from nmrquanv.bench.known_lines import lines_markdown, measure_lines

    with contextlib.redirect_stdout(sys.stderr):
        found = measure_lines(arguments.folders, arguments.models, teller())
    return _tell(arguments.json, found.to_dict(), lines_markdown(found))


def _multiplets(arguments: argparse.Namespace) -> int:
    """Measure classes and couplings: of listed signals in a folder, else of simulated ones."""
    from nmrquanv.bench import multiplets as bench
    from nmrquanv.bench.listed_multiplets import measure_listed

    if arguments.systems:
        return _systems(arguments)
    if not arguments.folders:
        with contextlib.redirect_stdout(sys.stderr):
            scores = bench.measure_simulated(arguments.models, arguments.spectra, teller())
        return _tell(arguments.json, bench.to_dict(scores), bench.markdown(scores))
    with contextlib.redirect_stdout(sys.stderr):
        found = measure_listed(arguments.folders[0], arguments.models, teller())
    values = bench.to_dict(found.scores) | {"wrong": found.wrong, "left_out": found.left_out}
    tables = bench.markdown(found.scores, "listed in")
    tables += "".join(f"{m}: {told}\n" for m, lines in found.wrong.items() for told in lines)
    tables += "".join(f"Left out: {name}: {why}\n" for name, why in found.left_out.items())
    return _tell(arguments.json, values, tables)


def _systems(arguments: argparse.Namespace) -> int:
    """Measure classes of random spin systems' multiplets, and false ones."""
    from nmrquanv.bench import system_multiplets as bench

    seed = bench.SYSTEMS_SEED if arguments.seed is None else arguments.seed
    with contextlib.redirect_stdout(sys.stderr):
        scores = bench.measure_systems(arguments.models, arguments.spectra, seed, teller())
    return _tell(arguments.json, bench.systems_values(scores), bench.systems_markdown(scores))


def _twin(arguments: argparse.Namespace) -> int:
    """Measure on a spectrum's synthetic twin; progress goes to standard error."""
    from nmrquanv.bench import on_twin as bench
    from nmrquanv.bench.twin_fit import fitted_twin
    from nmrquanv.io import read
    from nmrquanv.models.finder import find_peaks
    from nmrquanv.spectra.kept_patterns import as_listed
    from nmrquanv.spectra.thresholds import Thresholds

    with contextlib.redirect_stdout(sys.stderr):
        spectrum = read(arguments.folders[0]).spectrum()
        candidates = find_peaks(spectrum, arguments.models[0])
        listed = as_listed(candidates, Thresholds(shows_satellites=True), spectrum)
        fitted = fitted_twin(spectrum, listed)
        plan = bench.TwinPlan(tuple(arguments.models), Thresholds(), arguments.draws)
        found = bench.measure_twin(fitted, plan, teller())
    return _tell(arguments.json, found.to_dict(), bench.markdown(found))


def _speed(arguments: argparse.Namespace) -> int:
    """Measure window, command line and memory; progress goes to standard error."""
    from nmrquanv.bench.speed import measure_speed, speed_markdown, speed_values

    with contextlib.redirect_stdout(sys.stderr):
        rows = measure_speed(teller(), *arguments.folders)
    return _tell(arguments.json, {"speed": speed_values(rows)}, speed_markdown(rows))


def _batch(arguments: argparse.Namespace) -> int:
    """Measure how many spectra a second a batch searches; progress goes to standard error."""
    from nmrquanv.bench.batch_speed import batch_markdown, batch_values, measure_batch
    from nmrquanv.processes import cores

    with contextlib.redirect_stdout(sys.stderr):
        found = measure_batch(arguments.spectra, arguments.workers or cores(), teller())
    return _tell(arguments.json, batch_values(found), batch_markdown(found))


def _accuracy(arguments: argparse.Namespace) -> int:
    """Measure, print the tables, write the figures; progress goes to standard error."""
    from nmrquanv.bench.as_json import card_figures, to_dict
    from nmrquanv.bench.kinds import BENCHMARK_SEED
    from nmrquanv.bench.measure import PARTS, MeasurePlan, measure
    from nmrquanv.bench.report import markdown
    from nmrquanv.bench.shipped_finders import identity, labels
    from nmrquanv.models.cards import read_card, write_card
    from nmrquanv.processes import cores

    try:
        plan = MeasurePlan(
            tuple(arguments.models),
            arguments.spectra,
            parts=tuple(arguments.parts or PARTS),
            workers=arguments.workers or cores(),
            has_seeds=arguments.has_seeds,
            preset=arguments.preset,
            seed=BENCHMARK_SEED if arguments.seed is None else arguments.seed,
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    identities = [identity(model) for model in plan.models]  # a missing one is told at once
    cards = {path: read_card(path) for path in arguments.cards}
    for path, card in cards.items():
        if card.name not in labels(plan.models):
            raise UsageError(f"{path}: '{card.name}' is none of the models that are measured")
    # Nothing but the result may reach standard output, whatever a library prints.
    with contextlib.redirect_stdout(sys.stderr):
        benchmark = measure(plan, teller())
    values = to_dict(benchmark)
    values["finders"] = dict(zip(benchmark.models, identities, strict=True))
    for path, card in cards.items():
        figures = card_figures(benchmark, card.name)
        write_card(path, replace(card, metrics=card.metrics | {"benchmark": figures}))
    return _tell(arguments.json, values, markdown(benchmark))


def _ablation(arguments: argparse.Namespace) -> int:
    """Compare the front ends by their learning curves; write it into cards where asked to."""
    from nmrquanv.bench.ablation import ablation, markdown, read_curves
    from nmrquanv.models.cards import read_card, write_card

    found = ablation(read_curves(arguments.logs or resource("training/ablation")))
    for path in arguments.cards:
        card = read_card(path)
        write_card(path, replace(card, metrics=card.metrics | {"ablation": found.to_dict()}))
    return _tell(arguments.json, found.to_dict(), markdown(found))


def _tell(target: str | None, values: dict[str, Any], tables: str) -> int:
    """Print tables, or the values in their place; write the values to a file where one is named."""
    text = json.dumps(values, indent=1) + "\n"
    if target == "-":
        write_out(text)
        return DONE
    if target is not None:
        with system_errors_as(ExportError, f"cannot write '{target}': …; choose another place"):
            write_whole(Path(target), text.encode())
    write_out(tables)
    return DONE


def teller() -> Report:
    """Return a report that writes to standard error: one changing line, or a line at each step."""
    is_terminal, line = sys.stderr.isatty(), ProgressLine()
    told = -1

    def tell(done: int, total: int, text: str) -> None:
        nonlocal told
        tenth = 10 * done // max(total, 1)
        if is_terminal:
            line.show(f"{text}: {done} of {total}")
            if done == total:
                line.end()
        elif tenth != told:
            sys.stderr.write(f"{text}: {done} of {total}\n")
        told = tenth
        sys.stderr.flush()

    return tell
