"""``nmrquanv bench accuracy``: the finders on simulated spectra, side by side."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from pathlib import Path

from nmrquanv.cli.exit_codes import DONE, UsageError
from nmrquanv.cli.output import write_out
from nmrquanv.errors import ExportError
from nmrquanv.paths import write_whole
from nmrquanv.progress import Report


def run(arguments: argparse.Namespace) -> int:
    """Measure, print the tables, write the figures; progress goes to standard error."""
    from nmrquanv.study.benchmark import PARTS, Plan, measure, to_dict
    from nmrquanv.study.benchmark_finders import identity
    from nmrquanv.study.benchmark_report import markdown
    from nmrquanv.study.schedule import cores

    try:
        plan = Plan(
            tuple(arguments.models),
            arguments.spectra,
            parts=tuple(arguments.parts or PARTS),
            workers=arguments.workers or cores(),
            has_seeds=arguments.has_seeds,
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    identities = [identity(model) for model in plan.models]  # a missing one is told at once
    # Nothing but the result may reach standard output, whatever a library prints.
    with contextlib.redirect_stdout(sys.stderr):
        benchmark = measure(plan, teller())
    values = to_dict(benchmark)
    values["finders"] = dict(zip(benchmark.models, identities, strict=True))
    text = json.dumps(values, indent=1) + "\n"
    if arguments.json == "-":
        write_out(text)
        return DONE
    if arguments.json is not None:
        try:
            write_whole(Path(arguments.json), text.encode())
        except OSError as error:
            raise ExportError(f"cannot write '{arguments.json}': {error.strerror}") from error
    write_out(markdown(benchmark))
    return DONE


def teller() -> Report:
    """Return a report that writes to standard error: one changing line, or a line at each step."""
    is_terminal = sys.stderr.isatty()
    told = -1

    def tell(done: int, total: int, text: str) -> None:
        nonlocal told
        tenth = 10 * done // max(total, 1)
        if is_terminal:
            end = "\n" if done == total else ""
            sys.stderr.write(f"\r{text}: {done} of {total}    {end}")
        elif tenth != told:
            sys.stderr.write(f"{text}: {done} of {total}\n")
        told = tenth
        sys.stderr.flush()

    return tell
