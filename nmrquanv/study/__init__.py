"""The paper's claims, put to the test: ``nmrquanv study``. Nothing slow is imported here."""

TIER_NAMES = ("quick", "standard", "full")
"""How large a study may be; ``running/tiers.py`` says what each means."""

EXPERIMENT_NAMES = (
    "table",
    "ansatz",
    "convergence",
    "noise",
    "gate-dropout",
    "scaling",
    "entanglement",
    "real",
    "robustness",
    "ladder",
    "devices",
    "trainability",
    "overfitting",
    "steps",
)
"""Its experiments, in the order of a report; ``experiments/registry.py`` has them."""
