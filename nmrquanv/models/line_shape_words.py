"""What was learnt of a spectrum's line shape, in a person's words."""

from __future__ import annotations

from nmrquanv.models.line_shape import LineShape
from nmrquanv.numbers import fixed

_FEW_NAMED = 4


def in_words(shape: LineShape) -> tuple[str, ...]:
    """Return what a shape is, from which lines, how well it predicts others, what it is used for.

    Parameters
    ----------
    shape : LineShape
    """
    field = shape.field
    if not field.lines:
        return (
            "No common line shape: no two tall lines that stand alone agree on one.",
            "Lines are fitted as Voigt lines.",
        )
    left, by_voigt = (f"{fixed(100 * x, 2)} %" for x in (field.left, field.by_voigt))
    if not field.is_adopted:
        return (
            f"The usual Voigt line is used: a shape learnt from {field.lines} lines "
            f"({_places(shape)}) fits lines that it has not seen no better. It leaves {left} of "
            f"their height, Voigt {by_voigt}.",
        )
    return (
        f"Learnt from {field.lines} lines: {_places(shape)}.",
        f"Of lines left out it leaves {left} of the height, a Voigt line {by_voigt}.",
        _lean(shape),
        _use(shape),
    )


def _places(shape: LineShape) -> str:
    """Return where the lines stand that taught, the tallest by name."""
    named = ", ".join(fixed(float(ppm), 3) for ppm in shape.teachers_ppm[:_FEW_NAMED])
    rest = shape.teachers_ppm.size - _FEW_NAMED
    return f"{named} ppm" + (f" and {rest} more" if rest > 0 else "")


def _lean(shape: LineShape) -> str:
    form = shape.form
    share = 0.0 if form is None else form.lean
    if abs(share) < 0.01:
        return "At half height it is even."
    side = "high" if share > 0 else "low"
    return f"It is wider towards {side} ppm, by {fixed(100 * abs(share), 0)} % of the half width."


def _use(shape: LineShape) -> str:
    field = shape.field
    if shape.is_in_fits:
        return "A search fits every line with it, if no cut FID explains them better."
    if not field.is_known:
        return f"{field.lines} lines are too few: a search does not use it."
    agree = f"{fixed(100 * field.agreement, 0)} % of the lone lines that were asked have it"
    return f"A search counts lines under lone tops by it, but does not fit all lines so: {agree}."
