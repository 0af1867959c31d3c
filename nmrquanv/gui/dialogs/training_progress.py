"""How far a training is, and how long the rest takes."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer
from PySide6.QtWidgets import QProgressBar, QWidget


def remaining_text(done: int, total: int, elapsed_ms: int) -> str:
    """Return how long the rest takes if it goes on like this; empty while nobody can tell."""
    if done <= 0 or total <= 0 or elapsed_ms < 2000 or done >= total:
        return ""
    seconds = elapsed_ms / 1000 * (total - done) / done
    if seconds < 90:
        return f"about {max(5, round(seconds / 5) * 5)} s left"
    return f"about {round(seconds / 60)} min left"


class TrainingBar(QProgressBar):
    """A bar for the phases of a training, each with its own count."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = QElapsedTimer()
        self._total, self._done = 0, 0

    def begin(self) -> None:
        """Show that something runs of which nobody knows yet how long it takes."""
        self._clock.start()
        self._total, self._done = 0, 0
        self.setRange(0, 0)

    def show_step(self, done: int, total: int, text: str) -> str:
        """Show a step of the phase that runs, and return what to say of it."""
        self.setRange(0, max(0, total))
        self.setValue(done)
        if total != self._total or done < self._done:
            # Another phase has begun: how long the one before took says nothing about it.
            self._clock.restart()
            self._total = total
        self._done = done
        left = remaining_text(done, total, self._clock.elapsed())
        return f"{text}, {left}" if left and text else text or left
