"""Let the networks that a study has kept answer for spectra that come later."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from nmrquanv.errors import ModelError
from nmrquanv.guarded import read_weights
from nmrquanv.progress import Report, silent_report
from nmrquanv.study.data.datasets import Spectra
from nmrquanv.study.data.listed_signals import LISTED, ListedSpectra, measure_listed
from nmrquanv.study.data.study_metrics import Answers
from nmrquanv.study.running.results import network_path, read_results, write_result
from nmrquanv.study.running.runs import held_out
from nmrquanv.study.running.specs import RunSpec


def add_listed(
    folder: Path, specs: Iterable[RunSpec], listed: ListedSpectra, report: Report = silent_report
) -> int:
    """Apply the study's networks and pickers to listed spectra; their runs' results tell it.

    Parameters
    ----------
    folder : Path
        Of the study.
    specs : iterable of RunSpec
        Those that are applied to real spectra count; others, runs that have not finished, and
        networks that were not kept are left out.
    listed : ListedSpectra
    report : Report
        Called for every run; may cancel.

    Returns
    -------
    int
        How many runs have an answer now.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    wanted = [spec for spec in dict.fromkeys(specs) if "real" in spec.measures]
    results = read_results(folder, wanted)
    answered = 0
    for done, spec in enumerate(wanted):
        report(done, len(wanted), "spectra with lists of signals")
        result = results.get(spec)
        if result is None:
            continue
        before = result["extra"].get(LISTED) or {}
        if before.get("data_hash") != listed.data_hash:
            answers = finder_of(folder, spec)
            if answers is None:
                continue
            threshold = float(result["metrics"]["best"]["threshold"] or 0.0)
            told = measure_listed(answers(listed.windows.spectra), threshold, listed)
            extra = {**result["extra"], LISTED: told | {"left_out": listed.left_out}}
            write_result(folder, spec.key(), {**result, "extra": extra})
        answered += 1
    return answered


def finder_of(folder: Path, spec: RunSpec) -> Callable[[Spectra], Answers] | None:
    """Return what finds peaks as the run's best checkpoint did; None when it was not kept.

    Parameters
    ----------
    folder : Path
        Of the study.
    spec : RunSpec
        Of a network, or of a classical picker, which is tuned again.
    """
    if not spec.is_network:
        from nmrquanv.study.running.pickers import tuned

        return tuned(spec.front_end, held_out(spec.chosen_preset())[0])[0]
    path = network_path(folder, spec.key())
    if not path.exists():
        return None
    return _network_finder(path, spec)


def _network_finder(path: Path, spec: RunSpec) -> Callable[[Spectra], Answers]:
    import torch

    from nmrquanv.models.networks import build
    from nmrquanv.study.data.datasets import POINTS
    from nmrquanv.study.running.heads import answers_to, head_of
    from nmrquanv.study.running.learning import card_of

    arrays, _ = read_weights(path)
    network = build(card_of(spec))
    try:
        network.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in arrays.items()})
    except (RuntimeError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: these are not the weights of its run: remove it") from error
    head = head_of(spec.head, POINTS)
    return lambda spectra: answers_to(head, network, spectra)
