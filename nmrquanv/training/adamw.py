"""The optimiser of all training: Adam with decoupled weight decay.

The very steps of ``torch.optim.AdamW``, whose first use imports torch's compiler: seconds that a
small retraining does not have.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

_MEAN, _SQUARE = 0.9, 0.999
"""How much of the running means of gradients and of their squares a step keeps."""

_LEAST = 1e-8


class AdamW:
    """Changes parameters along their gradients.

    Parameters
    ----------
    parameters : iterable of Tensor
    rate : float
        Learning rate; may be set anew before each step.
    decay : float
        Of the weights, relative to the rate.

    References
    ----------
    Loshchilov and Hutter, arXiv 1711.05101 (2017).
    """

    def __init__(self, parameters: Iterable[Tensor], rate: float, decay: float) -> None:
        self.rate, self._decay = rate, decay
        self._parameters = list(parameters)
        self._mean = [torch.zeros_like(p) for p in self._parameters]
        self._square = [torch.zeros_like(p) for p in self._parameters]
        self._steps = [0] * len(self._parameters)

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter in self._parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Change each parameter that has a gradient."""
        for number, (parameter, mean, square) in enumerate(
            zip(self._parameters, self._mean, self._square, strict=True)
        ):
            slope = parameter.grad
            if slope is None:
                continue
            self._steps[number] += 1
            count = self._steps[number]
            parameter.mul_(1 - self.rate * self._decay)
            mean.lerp_(slope, 1 - _MEAN)
            square.mul_(_SQUARE).addcmul_(slope, slope, value=1 - _SQUARE)
            size = self.rate / (1 - _MEAN**count)
            scale = (square.sqrt() / (1 - _SQUARE**count) ** 0.5).add_(_LEAST)
            parameter.addcdiv_(mean, scale, value=-size)

    def state_dict(self) -> dict[str, Any]:
        """Return all that the next step depends on, but the rate."""
        return {"mean": self._mean, "square": self._square, "steps": self._steps}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state.

        Raises
        ------
        ValueError
            It is of other parameters.
        """
        shapes = [p.shape for p in self._parameters]
        for name, own in (("mean", self._mean), ("square", self._square)):
            if [t.shape for t in state[name]] != shapes:
                raise ValueError(f"the optimiser's {name} is of other parameters")
            for mine, theirs in zip(own, state[name], strict=True):
                mine.copy_(theirs)
        self._steps = [int(count) for count in state["steps"]]
