"""The user's own models as the window handles them: off the GUI thread, and undoable.

A removed model is kept in memory until the program ends, so that removing can be taken back.
Where *Find peaks* uses a model that is renamed, removed or rolled back, it uses what took its
place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from nmrquanv.errors import ModelError
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.session.settings import Settings

if TYPE_CHECKING:
    from nmrquanv.models.cards import ModelCard
    from nmrquanv.models.own_models import RemovedModel


@dataclass(frozen=True, slots=True)
class _Undoable:
    """A removal, and the finders that were chosen before it."""

    model: RemovedModel
    finders: tuple[str, ...]


class ModelShelf(QObject):
    """What is done with models of one's own; each ends in ``done`` or ``failed``.

    Signals
    -------
    done(str, str)
        What has been done, in words, and the name of the model to look at now; may be empty.
    failed(str, Exception)
        What was wanted, in words, and why it was not.
    """

    done = Signal(str, str)
    failed = Signal(str, object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._lane = Lane(is_newest_first=False, parent=self)
        self._removed: list[_Undoable] = []

    @property
    def can_undo(self) -> bool:
        """Whether a removed model can be put back."""
        return bool(self._removed)

    @property
    def undo_text(self) -> str:
        """Which model would be put back."""
        return self._removed[-1].model.card.name if self._removed else ""

    def rename(self, name: str, wanted: str) -> None:
        """Give a model another name."""
        from nmrquanv.models.own_models import rename

        def take(card: ModelCard) -> None:
            self._choose(name, card.name)
            self.done.emit(f"'{name}' is called '{card.name}' now", card.name)

        self._run(f"'{name}' was not renamed", lambda: rename(name, wanted), take)

    def remove(self, name: str) -> None:
        """Remove a model from the library; :meth:`undo` puts it back."""
        from nmrquanv.models.own_models import remove

        def take(model: RemovedModel) -> None:
            self._keep(model)
            self._choose(name, "")
            self.done.emit(f"'{name}' was deleted; until you quit, that can be undone", "")

        self._run(f"'{name}' was not deleted", lambda: remove(name), take)

    def roll_back(self, name: str) -> None:
        """Remove a retrained model and use the one that it was made from in its place."""
        from nmrquanv.models import library, own_models

        def work() -> tuple[RemovedModel, str]:
            parent = next(
                (own_models.parent_of(c) for c in library.list_models() if c.name == name), None
            )
            if parent is None:
                raise ModelError(
                    f"the model that '{name}' was made from is not in the library: import it first"
                )
            return own_models.remove(name), parent.name

        def take(result: tuple[RemovedModel, str]) -> None:
            model, parent = result
            self._keep(model)
            self._choose(name, parent)
            self.done.emit(f"'{parent}' took the place of '{name}'; that can be undone", parent)

        self._run(f"'{name}' was not rolled back", work, take)

    def undo(self) -> None:
        """Put back the model that was removed last, and search with it if that was so before."""
        from nmrquanv.models.own_models import put_back

        if not self._removed:
            return
        last = self._removed.pop()

        def take(card: ModelCard) -> None:
            was = last.model.card.name
            if was in last.finders and was == card.name:
                self._settings.finders = last.finders
            self.done.emit(f"'{card.name}' is back in the library", card.name)

        def fail() -> None:
            self._removed.append(last)

        told = f"'{last.model.card.name}' was not put back"
        self._run(told, lambda: put_back(last.model), take, fail)

    def export(self, name: str, path: Path) -> None:
        """Write a model to one file."""
        from nmrquanv.models.own_models import export_model

        self._run(
            f"'{name}' was not exported",
            lambda: export_model(name, path),
            lambda _: self.done.emit(f"'{name}' was exported to {path}", name),
        )

    def import_file(self, path: Path) -> None:
        """Take a model file into the library."""
        from nmrquanv.models.own_models import import_model

        self._run(
            f"'{path.name}' was not imported",
            lambda: import_model(path),
            lambda card: self.done.emit(f"'{card.name}' is in the library", card.name),
        )

    def _keep(self, model: RemovedModel) -> None:
        self._removed.append(_Undoable(model, self._settings.finders))

    def _choose(self, old: str, new: str) -> None:
        """Search with another model where one was chosen; with one less for an empty name."""
        chosen = self._settings.finders
        if old in chosen:
            named = [new if finder == old else finder for finder in chosen]
            self._settings.finders = list(dict.fromkeys(filter(None, named)))

    def _run(
        self,
        failure: str,
        work: Callable[[], Any],
        take: Callable[[Any], None],
        fail: Callable[[], None] = lambda: None,
    ) -> None:
        def tell(error: Exception) -> None:
            fail()
            self.failed.emit(failure, error)

        job = Job(lambda _report: work())
        job.succeeded.connect(take)
        job.failed.connect(tell)
        job.cancelled.connect(lambda: tell(ModelError("it was stopped")))
        self._lane.submit(job)
