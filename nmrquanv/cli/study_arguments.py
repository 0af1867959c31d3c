"""The command line of ``nmrquanv study``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmrquanv.cli.exit_codes import UsageError
from nmrquanv.cli.typed import positive, whole
from nmrquanv.errors import FormatError
from nmrquanv.study import EXPERIMENT_NAMES, TIER_NAMES

if TYPE_CHECKING:
    from nmrquanv.study.running.specs import RunSpec
    from nmrquanv.study.running.tiers import Tier

_SECRETS = ("token", "key", "secret", "password")

_DESCRIPTION = """Test the claims of arXiv 2512.13125 with our reconstruction; open questions too.

  ansatz        which circuit, and against which controls
  convergence   QuanvNN and CNN over the epochs, ten seeds
  noise         what a noisy circuit costs
  gate-dropout  gates left out at random in training
  scaling       the gap against peaks, overlap and noise
  entanglement  entropy after minus before the circuit, and accuracy
  real          models trained on synthetic data, on real spectra
  table         the authors' reported figures beside ours, with verdicts
  all           all of these
  robustness    the sign over sixty settings of what the paper leaves open (apart from "all")
  ladder        what entanglers, circuit, squares and normalisation each add (apart from "all")
  devices       what real devices cost, calibrated and routed (apart from "all")
  trainability  gradients over depth and qubits, information, fields of 16 to 64 points (apart)
  overfitting   50 to 300 spectra: does the CNN diverge, does gate dropout help? (apart)
  steps         the gap against overlap and noise in eight steps, corrected for chance (apart)
  check         the report of DIR computed anew from its runs; without DIR the program's own, and
                what README says of it

DIR gets report.html, report.json, runs.csv and runs/*.json. Finished runs are never repeated: the
same command goes on where it ended. Ctrl+C ends it with a report of what has finished."""


def add_study(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], None]:
    """Add the options of ``study``; return the check of what belongs together."""
    parser.description = _DESCRIPTION
    parser.add_argument(
        "name", choices=(*EXPERIMENT_NAMES, "all", "check"), metavar="NAME", help="see above"
    )
    parser.add_argument("--output", type=Path, metavar="DIR", help="needed, but for check")
    parser.add_argument(
        "--tier",
        choices=TIER_NAMES,
        default="quick",
        help="quick (default, minutes), standard (hours), full (about a day)",
    )
    parser.add_argument("--seeds", type=whole(1), metavar="N", help="for every comparison")
    parser.add_argument(
        "--spectra",
        type=Path,
        metavar="FOLDER",
        help="for real: data sets of your own beside ground_truth/NAME.csv (shift_ppm,"
        " multiplicity, J_Hz) with their known signals",
    )
    parser.add_argument(
        "--point",
        type=whole(1),
        metavar="NUMBER",
        help="for robustness: this setting of its table alone, some minutes",
    )
    parser.add_argument("--yes", dest="is_yes", action="store_true", help="start without asking")
    _add_machine(parser)
    _add_evaluation(parser)

    return _check_of(parser)


def _check_of(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], None]:
    """Return the check of what belongs together."""

    def check(arguments: argparse.Namespace) -> None:
        if arguments.output is None and arguments.name != "check":
            parser.error("the following arguments are required: --output")
        if arguments.spectra is not None and arguments.name not in ("real", "all"):
            parser.error("--spectra is for the experiment real (or all)")
        if arguments.point is not None and arguments.name != "robustness":
            parser.error("--point is for the experiment robustness")
        if arguments.shots and not arguments.device:
            parser.error("--shots needs --device NAME")
        if (arguments.device_options or arguments.device_file) and not arguments.device:
            parser.error("--device-option needs --device NAME")
        if arguments.scheduler and arguments.workers:
            parser.error("--workers is for this computer: a cluster has its own")

    return check


def _add_machine(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("where it runs")
    group.add_argument(
        "--workers", type=whole(1), metavar="N", help="processes (default: all cores)"
    )
    group.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster: tcp://host:8786")
    group.add_argument(
        "--minutes",
        type=positive,
        metavar="M",
        help="be done by then: starts no run that would take longer; the rest is left for later",
    )

    parser.add_argument(
        "--events",
        dest="has_events",
        action="store_true",
        help="progress as JSON lines on standard output; a line 'stop' on standard input ends it",
    )


def _add_evaluation(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how circuits are evaluated (default: exactly, very fast)")
    group.add_argument(
        "--gradient",
        choices=("exact", "parameter-shift"),
        default="exact",
        help="in training: backpropagation (default), or the rule that hardware can follow",
    )
    group.add_argument(
        "--device",
        default="",
        metavar="NAME",
        help="a PennyLane device for the tests; with --gradient parameter-shift for training too",
    )
    group.add_argument("--shots", type=whole(1), default=0, metavar="N", help="of the device")
    group.add_argument(
        "--device-option",
        dest="device_options",
        type=_option,
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="what the device is made with, such as backend=NAME or seed=3; may be repeated",
    )
    group.add_argument(
        "--device-options",
        dest="device_file",
        type=Path,
        metavar="FILE",
        help="the same as a JSON object; what is given by itself comes first",
    )


def _option(text: str) -> tuple[str, Any]:
    """Return a name and a JSON value, or a text where it is no JSON."""
    from nmrquanv.guarded import parse_json

    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"expected KEY=VALUE, such as backend=ibm_x, got '{text}'")
    try:
        return name, parse_json(value.encode(), Any, "")
    except FormatError:
        return name, value


def device_options(arguments: argparse.Namespace) -> tuple[tuple[str, Any], ...]:
    """Return the options of the device, those of the file too.

    Raises
    ------
    FormatError
        The file holds no JSON object.
    UsageError
        One is a list, or looks like a secret: results and report tell all options.
    """
    read: dict[str, Any] = {}
    if arguments.device_file is not None:
        from nmrquanv.guarded import read_json

        read = read_json(arguments.device_file, dict[str, Any])
    options = read | dict(arguments.device_options)
    for name, value in options.items():
        if isinstance(value, list | dict):
            raise UsageError(f"the device option '{name}' must be one value, not {value}")
        if any(word in name.lower() for word in _SECRETS):
            raise UsageError(
                f"the device option '{name}' would stand in the results for all to read: give it"
                " as the plugin says, by an environment variable or its own configuration"
            )
    return tuple(options.items())


def point_runs(number: int, tier: Tier) -> tuple[RunSpec, ...]:
    """Return the runs of one setting of the specification curve.

    Raises
    ------
    UsageError
        There is no such setting.
    """
    from nmrquanv.study.experiments.specification import pair, settings
    from nmrquanv.study.report.methods import runs_of

    known = settings(tier)
    if number > len(known):
        raise UsageError(f"--point: the {tier.name} tier has settings 1 to {len(known)}")
    return runs_of(pair(tier, known[number - 1]))
