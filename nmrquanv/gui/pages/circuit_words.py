"""What the circuit page says: one plain sentence for each thing it shows."""

from __future__ import annotations

from nmrquanv.models.cards import ModelCard

ANSATZ_TITLES = {
    "strongly_entangling": "Strongly entangling",
    "two_design": "Simplified two-design",
    "random": "Random layers",
    "product": "No entangling gates",
}
EXTENTS = (
    (True, "What is in view, laid on 200 points"),
    (False, "200 points of the model's own grid, in the middle of the view"),
)
SEEN = (("relative", "Relative to the tallest"), ("compressed", "Compressed (asinh of the height)"))
SEEN_TIP = "The model slides over both traces, one after the other"
SLOTS_TIP = "This model sees its window scaled from 0 to 1"

CIRCUIT = (
    "Read from left to right: 32 neighbouring points of the spectrum are loaded onto five qubits; "
    "each box turns one qubit by a flip angle, as a pulse turns a spin; each link lets one qubit "
    "act on another, as a coupling does; the meters give five numbers between −1 and 1."
)
TO_LOOK_AT = (
    "Not part of the model: this circuit has untrained starting angles and is shown for comparison."
)
SUMMARIES = {
    "circuit": CIRCUIT,
    "convolution": (
        "This model has no quantum circuit. In its place stand {count} ordinary filters, each a "
        "weighted sum of 32 neighbouring points; five of them are shown at a time. Choose an "
        "ansatz above to look at a circuit."
    ),
    "forms": (
        "This model has no quantum circuit. In its place stand {count} free matrices, learned "
        "without the limits that a circuit sets; five of them are shown at a time."
    ),
}
COMPUTING = "Computing …"
NO_SPECTRUM = "Open a spectrum to see what the channels make of the part in view."

_MATRICES = (
    "The square holds all that {what} does to a channel: a stretch w of 32 points gives "
    "wᵀMw / wᵀw, so pairs of high points raise the channel where the cell is orange and lower it "
    "where it is blue. Below: the filter shapes that raise it most (full) and lower it most "
    "(dashed), with its answer to each."
)
_WINDOW = (
    "{what} slides over the uppermost trace, 32 points at a time, and answers everywhere with the "
    "five channels below it{blind}."
)
_BLIND = "; a line upside down, or ten times as tall, gets the same answer"
EXPLANATIONS = {
    "circuit": (
        _MATRICES.format(what="the circuit"),
        _WINDOW.format(what="The circuit", blind=_BLIND),
        "The angles that fix this circuit. Choose a row to see its gate in the drawing; dashed "
        "boxes have no effect on what is measured.",
    ),
    "forms": (
        _MATRICES.format(what="a filter"),
        _WINDOW.format(what="Each filter", blind=_BLIND),
        "The shape that raises each channel most, point by point.",
    ),
    "convolution": (
        "A filter answers most strongly where the spectrum has the filter's own shape: each is "
        "the 32 weights by which neighbouring points are multiplied before they are added.",
        _WINDOW.format(what="Each filter", blind="; negative answers are set to zero"),
        "The 32 weights of each filter.",
    ),
}


def own_ansatz(card: ModelCard) -> str:
    """Return the ansatz of a model's circuits; empty without circuits."""
    return str(card.architecture.get("ansatz", ""))


def own_title(card: ModelCard) -> str:
    """Return how the model's own front end stands in the list of ansätze."""
    ansatz = own_ansatz(card)
    if not ansatz:
        return "None: this model's filters"
    return f"{ANSATZ_TITLES.get(ansatz, ansatz)} (this model's)"
