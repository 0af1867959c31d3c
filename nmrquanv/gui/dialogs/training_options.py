"""What a training is made from: what is reviewed, the model to start from, epochs, seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from nmrquanv.finders import stacked
from nmrquanv.gui.layouts import in_form
from nmrquanv.gui.number_box import WholeBox
from nmrquanv.session.run_folder import Example, Options

_EXPLANATION = (
    "Nothing is reviewed yet. A reviewed region is a stretch of a spectrum in which you vouch "
    "for the peak list: every line is in it, and nothing else is a line. Only there does a "
    "place without a peak teach the model that no line is there. Correct the peaks, then choose "
    "the region tool (R) and drag over what you checked."
)


def review_text(examples: Iterable[Example]) -> str:
    """Return what is reviewed, one line a spectrum."""
    lines = [
        f"{e.name}: {_counted(len(e.regions), 'region')}, {_counted(len(e.peaks), 'peak')}"
        for e in examples
    ]
    return "\n".join(lines)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


class TrainingOptions(QWidget):
    """The fields of a training.

    Parameters
    ----------
    models : callable
        Returns the models to start from as (name, title), the first by default.
    """

    def __init__(
        self, models: Callable[[], Iterable[tuple[str, str]]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._models = models
        self.review = QLabel(self)
        self.model = QComboBox(self)
        self.epochs, self.share, self.seed = WholeBox(self), WholeBox(self), WholeBox(self)
        self._build()

    @property
    def has_models(self) -> bool:
        """Whether there is a model to start from."""
        return self.model.count() > 0

    def list_models(self) -> None:
        """Offer the models that there are now, keeping the choice."""
        chosen = self.model.currentData()
        self.model.clear()
        for name, title in self._models():
            self.model.addItem(title, name)
        self.model.setCurrentIndex(max(0, self.model.findData(chosen)))

    def show_examples(self, examples: Iterable[Example]) -> None:
        """Say what is reviewed, or how that is done."""
        self.review.setText(review_text(examples) or _EXPLANATION)

    def set_open(self, is_open: bool) -> None:
        """Let a person change the fields, or not while a training runs."""
        for field in (self.model, self.epochs, self.share, self.seed):
            field.setEnabled(is_open)

    def chosen(self) -> Options:
        """Return what the fields say."""
        return Options(
            str(self.model.currentData()),
            self.epochs.whole(),
            self.share.value() / 100,
            self.seed.whole(),
        )

    def _build(self) -> None:
        self.review.setWordWrap(True)
        self.review.setMinimumWidth(1)
        self.review.setAccessibleName("What is reviewed")
        self.model.setAccessibleName("Model to start from")
        for spin, low, high, value, suffix, name in (
            (self.epochs, 1, 500, 10, "", "Epochs"),
            (self.share, 0, 95, 50, " %", "Share of simulated windows"),
            (self.seed, 0, 999_999, 0, "", "Seed"),
        ):
            spin.set_up((low, high), value, suffix=suffix, name=name)
        self.epochs.setToolTip("How often the model sees all windows; the best epoch is kept")
        self.share.setToolTip(
            "Simulated windows among your own keep the model from forgetting what your spectra\n"
            "do not show"
        )
        self.seed.setToolTip("The same seed, data and options give the same model")
        own = (("Reviewed", self.review), ("Start from", self.model), ("Epochs", self.epochs))
        made = (("Simulated windows", self.share), ("Seed", self.seed))
        in_form(*own, *made, on=self, margins=0)


def trainable_models() -> list[tuple[str, str]]:
    """Return name and title of the models that can be retrained: those with the dense head."""
    from nmrquanv.models.library import is_bundled, list_models

    cards = {card.name: card for card in list_models() if card.head == "dense"}
    return [
        (name, cards[name].title if is_bundled(name) else f"{name} ({cards[name].title})")
        for name in stacked(cards)
    ]
