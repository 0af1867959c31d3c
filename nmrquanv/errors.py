"""Expected failures: what a user can run into and can act upon.

Every message says what happened, names the file or value (with what was found there) and what
to do. Programming faults are not here: they stay ordinary exceptions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal


class NmrQuanvError(Exception):
    """Base of every expected failure; ``str(error)`` is one line that a user understands."""


class FormatError(NmrQuanvError):
    """A file or folder cannot be read: missing, damaged, not NMR, or not supported."""


class RefusedError(NmrQuanvError):
    """What was asked for lies outside what may be read, or is not asked for in that way.

    No FormatError: no reader goes on with something else in its place.
    """


class SeveralDataSetsError(FormatError):
    """A folder holds several data sets and the caller must choose one.

    Attributes
    ----------
    choices : tuple of str
        Paths of the data sets, in the order in which they should be shown.
    summaries : tuple
        What is known of each, where somebody has looked; empty otherwise.
    """

    def __init__(self, message: str, choices: tuple[str, ...]) -> None:
        super().__init__(message)
        self.choices = choices
        self.summaries: tuple[object, ...] = ()


class DoubtfulTextError(FormatError):
    """A text does not say all that is needed to read it, and a person can.

    Attributes
    ----------
    looks : object
        How it looks: see :class:`nmrquanv.io.text_guess.Guess`.
    """

    def __init__(self, message: str, looks: object) -> None:
        super().__init__(message)
        self.looks = looks


class ProcessingError(NmrQuanvError):
    """A processing step cannot be applied to this data with these parameters."""


class SearchError(NmrQuanvError):
    """Peaks cannot be sought in this spectrum or region: too little is there to look at."""


class RegionError(NmrQuanvError):
    """A region was asked for that lies outside the spectrum."""


class ModelError(NmrQuanvError):
    """A model is missing, damaged, or does not fit the task."""


class TrainingError(NmrQuanvError):
    """A training run cannot start or go on."""


class WorkerError(NmrQuanvError):
    """A process that works for this one died, more than once, over the same task."""


class ExportError(NmrQuanvError):
    """A result cannot be written where or how the user asked."""


class OverwriteError(ExportError):
    """Writing would replace files that nobody may have meant.

    Attributes
    ----------
    files : dict of str to str
        Their paths, and what each is.
    """

    ADVICE = "Choose another name"
    """How its messages end; who has a way to allow it adds that."""

    def __init__(self, message: str, files: dict[str, str]) -> None:
        super().__init__(message)
        self.files = files

    @classmethod
    def of(cls, files: dict[str, str]) -> OverwriteError:
        """Return the error that names these files."""
        told = "; ".join(f"'{path}' {what}" for path, what in files.items())
        return cls(f"not written, because it would replace: {told}. {cls.ADVICE}", files)


class LackingError(ExportError):
    """A peak list or spectrum lacks what the format that was asked for must say."""


class MissingPackageError(NmrQuanvError):
    """Something was asked for that needs an optional package, which is not installed."""

    @classmethod
    def of(cls, package: str, what: str) -> MissingPackageError:
        """Return the error for a package that ``what`` needs."""
        return cls(
            f"{what} needs {package}, which is not installed: pip install {package}"
            " (or 'nmrquanv[notebook]')"
        )


class NumberError(NmrQuanvError):
    """A text that should be a number is none, or none that was asked for."""


def kind_of(error: BaseException) -> Literal["choice", "input", "fault"]:
    """Return what an error asks for: another choice, another input, or mending the program."""
    if isinstance(error, SeveralDataSetsError | RegionError | ModelError | ExportError):
        return "choice"
    return "input" if isinstance(error, NmrQuanvError | OSError) else "fault"


IN_DATA_FOLDER = "make the folder writable or free space there, or name another in NMRQUANV_DATA"
"""What to do where the user's data folder cannot be written to."""


@contextmanager
def system_errors_as(kind: type[NmrQuanvError], words: str) -> Iterator[None]:
    """Say as an error of the program what the file system refuses in the block.

    Parameters
    ----------
    kind : type
        Of the error that is raised in place of an OSError.
    words : str
        Its message; the last … in it becomes the system's reason.
    """
    try:
        yield
    except OSError as error:
        raise kind(str(error.strerror or error).join(words.rsplit("…", 1))) from error
