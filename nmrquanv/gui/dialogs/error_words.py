"""What went wrong, as a user understands it."""

from __future__ import annotations

from nmrquanv.errors import NmrQuanvError


def plain_words(error: BaseException, details: str = "what Help > Show Log says of it") -> str:
    """Return what went wrong as a user understands it.

    Expected failures speak for themselves. Anything else is a fault of the program, and is
    called one.

    Parameters
    ----------
    error : BaseException
    details : str
        What a report of such a fault is to hold.
    """
    if isinstance(error, NmrQuanvError):
        return str(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory for this. Close other spectra or programs and try again."
    if isinstance(error, OSError) and error.strerror:
        where = f" '{error.filename}'" if error.filename else ""
        return f"{error.strerror}:{where}" if where else f"{error.strerror}."
    return (
        "Something in the program failed that should not have. Your spectrum and peaks are as "
        f"they were. Please report it with {details}."
    )
