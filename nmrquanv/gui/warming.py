"""Loads in the background what the first file and the first search need, without a stall.

A thread that imports holds Python's lock, and so stops the window, in two ways: while the system
loads a large library (torch's takes a quarter of a second), and when the cyclic collector walks
over the many new objects (a fifth). The first goes through a call that gives up the lock, the
second is spared: what modules hold is not garbage.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import importlib.util
import logging
import sys
from pathlib import Path

from nmrquanv.progress import Report

MODULES = ("scipy.signal", "nmrglue", "torch", "nmrquanv.models.finder")
_LARGE = {"torch": {"linux": "lib/libtorch_cpu.so", "darwin": "lib/libtorch_cpu.dylib"}}
"""Libraries of a package that take long to load, by system."""

_RTLD_NOW = 2
_log = logging.getLogger(__name__)


def warm_up(report: Report) -> None:
    """Load what the first file and the first *Find peaks* need, so that they answer in a second.

    Each import is asked for separately: closing the window meanwhile waits for one at most.
    """
    gc.disable()
    try:
        for number, name in enumerate(MODULES):
            report(number, len(MODULES), name)
            load_library(name)
            importlib.import_module(name)
    finally:
        # what there is goes to the oldest generation as it is, without being walked over
        gc.freeze()
        gc.unfreeze()
        gc.enable()
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


def load_library(package: str) -> None:
    """Let the system load a package's large library, if it has one, without Python's lock.

    Importing the package then finds it loaded. Where that fails the import does it all.
    """
    part = _LARGE.get(package, {}).get(sys.platform)
    spec = importlib.util.find_spec(package) if part and package not in sys.modules else None
    if spec is None or part is None or not spec.submodule_search_locations:
        return
    path = Path(spec.submodule_search_locations[0]) / part
    if not path.is_file():
        return
    # a function of a library is called without the lock; ctypes.CDLL itself would hold it
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.restype, dlopen.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    if not dlopen(str(path).encode(), _RTLD_NOW):
        _log.info("%s could not be loaded beforehand", path)
