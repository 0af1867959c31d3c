"""A text on its way in: looked at, tried in one form after another, remembered."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nmrquanv.io.text_form import TextForm
from nmrquanv.io.text_guess import Guess, TextPreview, guessed, preview
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.session.settings import Settings
from nmrquanv.session.text_forms import RememberedForm, TextForms


class TextTrial(QObject):
    """One text and what forms make of it, tried in the background; the newest trial counts.

    Signals
    -------
    previewed(Preview)
        What the form that was asked for last makes of the text.
    """

    previewed = Signal(object)

    def __init__(self, looks: Guess, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.looks = looks
        self._forms = TextForms(settings.path.parent / "text_forms.json")
        self._lane = Lane(is_newest_first=True, parent=self)

    @property
    def path(self) -> str:
        """Of the text."""
        return self.looks.path

    def start(self) -> RememberedForm:
        """Return what to begin with: what was chosen for this header before, else what it looks.

        What the text itself says of frequency and nucleus goes before what is remembered.
        """
        known = self._forms.get(self.looks.key)
        looks = self.looks
        if known is None:
            return RememberedForm(looks.form, looks.sf_mhz, looks.nucleus)
        sf_mhz, nucleus = looks.sf_mhz or known.sf_mhz, looks.nucleus or known.nucleus
        return RememberedForm(known.form, sf_mhz, nucleus)

    def try_form(self, form: TextForm, sf_mhz: float | None) -> None:
        """Read the text in a form; ``previewed`` follows unless another trial comes first."""
        looks = self.looks
        job = Job(lambda _report: preview(looks, form, sf_mhz))
        job.succeeded.connect(self._tell)
        self._lane.submit(job)

    def keep(self, chosen: RememberedForm) -> str:
        """Remember for the next text with this header; return why not, else nothing."""
        return self._forms.keep(self.looks.key, chosen)

    def _tell(self, shown: TextPreview) -> None:
        self.previewed.emit(shown)


def look_at(path: str) -> Job:
    """Return the job that looks at a file as a text, whatever else it may be."""
    return Job(lambda _report: guessed(Path(path), is_said=True))
