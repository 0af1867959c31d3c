import json
from pathlib import Path

import pytest

from nmrquanv.bench.ablation import ablation, markdown, read_curves
from nmrquanv.errors import TrainingError


def log(folder: Path, name: str, seed: int, f1: list[float]) -> None:
    events = [{"event": "start", "config": {"name": name, "seed": seed}}]
    events += [
        {"event": "epoch", "epoch": k + 1, "epochs": 3, "f1": value, "val_loss": 2 - value}
        for k, value in enumerate(f1)
    ]
    text = "\n".join(json.dumps(event) for event in events)
    (folder / f"{name}-{seed}.log.jsonl").write_text(text)


def test_front_ends_are_compared_seed_by_seed_after_the_last_epoch_that_all_have(tmp_path):
    for seed, f1 in ((1, 0.5), (2, 0.6), (3, 0.4)):
        log(tmp_path, "quanv", seed, [0.1, f1, 0.99])
        log(tmp_path, "cnn", seed, [0.2, f1 + 0.1])
    log(tmp_path, "cnn", 4, [0.0, 0.0])
    found = ablation(read_curves(tmp_path))
    assert (found.epoch, found.epochs, found.seeds) == (2, 3, (1, 2, 3))
    quanv, cnn = found.front_ends
    assert quanv.f1.mean == pytest.approx(0.5)
    assert cnn.loss.mean == pytest.approx(2 - 0.6)
    less = cnn.less_than_reference.difference
    assert less.mean == pytest.approx(-0.1)
    assert less.high - less.low < 1e-6
    assert "| convolution | 0.6000" in markdown(found)


@pytest.mark.parametrize("f1", [None, []])
def test_nothing_to_compare_is_an_error_that_names_the_folder_or_the_lack(tmp_path, f1):
    if f1 is None:
        with pytest.raises(TrainingError, match=str(tmp_path)):
            read_curves(tmp_path)
        return
    log(tmp_path, "quanv", 1, f1)
    with pytest.raises(TrainingError, match="no seed and no epoch"):
        ablation(read_curves(tmp_path))
