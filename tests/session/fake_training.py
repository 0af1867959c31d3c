"""Stands in for ``nmrquanv train``: reads the run folder, writes a copy of a shipped model.

Run as a script by the tests of retraining, with ``--run FOLDER`` as its last arguments.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np


def tell(**event):
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def main() -> int:
    how, folder = sys.argv[1], Path(sys.argv[-1])
    assert sys.argv[-2] == "--run"
    run = json.loads((folder / "run.json").read_text())
    for example in run["examples"]:
        with np.load(folder / example["spectrum"], allow_pickle=False) as arrays:
            assert arrays["real"].shape == arrays["imag"].shape
    tell(event="start")
    tell(event="epoch", epoch=1, epochs=run["epochs"], train_loss=0.5, val_loss=0.6, f1=0.7)
    stopped = False
    asked = Path(os.environ["NMRQUANV_CHILD"], "stop")
    while how == "waits" and not stopped:
        time.sleep(0.02)
        stopped = asked.exists()
    if how == "dies once" and not (folder / "run.checkpoint").exists():
        (folder / "run.checkpoint").write_text("after epoch 1")
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "fails":
        tell(event="error", message="the loss is not a number")
        return 1
    if how not in ("forgets", "points elsewhere"):
        (folder / "retrained.json").write_text("{}")
    tell(
        event="result",
        path=str((folder if how != "points elsewhere" else folder.parents[1]) / "retrained.json"),
        old={"f1": 0.8},
        new={"f1": 0.7 if how == "worse" else 0.9},
        stopped=stopped,
        split="by disjoint regions",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
