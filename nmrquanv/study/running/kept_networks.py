"""Let the networks that a study has kept answer for spectra that come later."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmrquanv.errors import ModelError
from nmrquanv.guarded import read_json
from nmrquanv.guarded_arrays import read_weights
from nmrquanv.models.cards import ModelCard
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.thresholds import Thresholds
from nmrquanv.study.data.datasets import PRESET_VERSION, Spectra
from nmrquanv.study.data.listed_signals import LISTED, ListedSpectra, measure_listed
from nmrquanv.study.data.study_metrics import Answers
from nmrquanv.study.running.results import network_path, path_of, read_results, write_result
from nmrquanv.study.running.runs import held_out
from nmrquanv.study.running.specs import HELD_OUT, QUANV, RunSpec

if TYPE_CHECKING:
    from nmrquanv.models.networks import Network

_SURE = 0.5
"""A slot says "a peak" from here on."""


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
    from nmrquanv.study.data.datasets import POINTS
    from nmrquanv.study.running.heads import answers_to, head_of

    network = _network(path, spec)
    head = head_of(spec.head, POINTS)
    return lambda spectra: answers_to(head, network, spectra)


def _network(path: Path, spec: RunSpec) -> Network:
    import torch

    from nmrquanv.models.networks import build
    from nmrquanv.study.running.learning import card_of

    arrays, _ = read_weights(path)
    network = build(card_of(spec))
    try:
        network.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in arrays.items()})
    except (RuntimeError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: these are not the weights of its run: remove it") from error
    return network


def model_of_run(folder: Path, key: str, target: Path, name: str = "paper-slots") -> ModelCard:
    """Write the network of a run as a model: card and weights, to be tried on any spectrum.

    Parameters
    ----------
    folder : Path
        Of the study.
    key : str
        Of a run whose network is kept.
    target : Path
        Folder of models; one of this name there is replaced.
    name : str

    Returns
    -------
    ModelCard
        As written: it says which run it is, and what it reached on synthetic spectra.

    Raises
    ------
    FormatError, ModelError
        No such run, or its network was not kept.
    """
    from nmrquanv.models.library import save_model
    from nmrquanv.study.running.learning import card_of

    result = read_json(path_of(folder, key), dict[str, Any])
    spec = RunSpec.from_dict(result["spec"])
    network = _network(network_path(folder, key), spec)
    best = result["metrics"]["best"]
    shown = ("f1_1", "f1_2", "f1_4", "f1_8", "mae_points", "count_accuracy", "mask_f1")
    about = f"{HELD_OUT:,} synthetic test spectra of the preset '{spec.preset}', 200 points each"
    words = "QuanvNN" if spec.front_end == QUANV else "CNN"
    card = replace(
        card_of(spec),
        name=name,
        title=f"{words}, five slots (from the study)",
        thresholds=Thresholds(min_confidence=_SURE),
        training={"study_run": key, **spec.to_dict()},
        data_version=f"study presets {PRESET_VERSION}",
        metrics={"measured_on": about} | {n: best[n] for n in shown},
    )
    return save_model(target, card, network)
