"""Loads in the background what the first file and the first search need, without a stall.

A thread that imports holds Python's lock, and would stop the window if the collector walked over
the many new objects (a fifth of a second). That is spared: what modules hold is not garbage.
"""

from __future__ import annotations

import importlib
import logging

from nmrquanv.docstrings import leave_as_written
from nmrquanv.processes import uncollected
from nmrquanv.progress import Report

MODULES = (
    "nmrquanv.io.reading",
    "nmrquanv.session.storing",
    "scipy.signal",
    "nmrglue",
    "nmrquanv.models.finder",
)

_log = logging.getLogger(__name__)


def warm_up(report: Report) -> None:
    """Load what the first file and the first *Find peaks* need, so that they answer in a second.

    Each import is asked for separately: closing the window meanwhile waits for one at most.
    """
    with uncollected():
        leave_as_written()
        for number, name in enumerate(MODULES):
            report(number, len(MODULES), name)
            importlib.import_module(name)
    from nmrquanv.errors import NmrQuanvError
    from nmrquanv.finders import NETWORKS
    from nmrquanv.io.archives import clear_left_behind
    from nmrquanv.models.library import load

    clear_left_behind()
    for model in NETWORKS:
        report(len(MODULES), len(MODULES) + 1, model)
        try:
            load(model)
        except NmrQuanvError as error:
            _log.warning("could not load %s beforehand: %s", model, error)
