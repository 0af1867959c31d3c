"""Put the network of a study run into the model list: the paper's own form, to be tried on spectra.

    python packaging/study_model.py FOLDER KEY [resources/models]

FOLDER is a study's (``nmrquanv study``), KEY the run's: one whose weights are kept in its
``networks``, as those of hard spectra are. The card says which run it is and what it reached there.
"""

from __future__ import annotations

import sys
from pathlib import Path

from nmrquanv.study.running.kept_networks import model_of_run


def main() -> None:
    """Write card and weights."""
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    target = Path(sys.argv[3] if len(sys.argv) == 4 else "resources/models")
    print(model_of_run(Path(sys.argv[1]), sys.argv[2], target))


if __name__ == "__main__":
    main()
