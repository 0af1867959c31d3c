"""In how many digits the heads of networks are trained.

Products of 16-bit numbers ("bfloat16", eight binary digits, added up in 32 bits) take half the time
of others where a processor has instructions for them, and several times as long where it has not.
Weights, gradients' sums, losses, the front end and every judgement stay in 32 bits.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch

from nmrquanv.training.config import Precision

_INSTRUCTIONS = "avx512_bf16"


def used_precision(wanted: Precision, device: str = "cpu") -> Precision:
    """Return the precision that a run has: what it asks for where that saves time, else float32.

    Parameters
    ----------
    wanted : "float32" | "bfloat16"
    device : str
        Accelerators train in float32.
    """
    return wanted if device == "cpu" and _has_instructions() else "float32"


def _has_instructions() -> bool:
    """Tell whether the processor multiplies 16-bit numbers itself; unknown is no."""
    told = getattr(torch.cpu, "get_capabilities", None)
    return bool(told is not None and told().get(_INSTRUCTIONS))


def head_in(precision: Precision) -> AbstractContextManager[object]:
    """Return the context in which a network's head computes so."""
    if precision == "float32":
        return nullcontext()
    return torch.autocast("cpu", dtype=torch.bfloat16)
