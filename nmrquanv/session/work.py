"""What one window works on: its documents, and everything that runs for them."""

from __future__ import annotations

from dataclasses import dataclass

from nmrquanv.session import child, jobs
from nmrquanv.session.batch_search import BatchSearch
from nmrquanv.session.document import Document
from nmrquanv.session.peak_finding import PeakFinding
from nmrquanv.session.recovery import Recovery
from nmrquanv.session.retraining import Retraining
from nmrquanv.session.study_run import StudyRun
from nmrquanv.session.workspace import Workspace


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Work:
    """The documents of a window, what is kept of them, and all that runs for it."""

    workspace: Workspace
    finding: PeakFinding
    retraining: Retraining
    study_run: StudyRun
    recovery: Recovery
    batch: BatchSearch

    @property
    def document(self) -> Document | None:
        """The document that the window shows."""
        return self.workspace.current

    @property
    def is_busy(self) -> bool:
        """Whether something is read, or searched in the document that is shown."""
        return self.finding.is_searching(self.document) or self.workspace.is_opening

    def cancel(self) -> None:
        """Stop what the status bar shows: searches of other documents go on."""
        if self.document is not None:
            self.finding.cancel(self.document)
        self.workspace.cancel_opening()
        if self.document is not None:
            self.document.processing.cancel()

    def close(self, document: Document) -> None:
        """Close a document, and stop a search in it."""
        self.finding.cancel(document)
        self.workspace.close(document)

    def leave(self) -> None:
        """Let shutting down lose nothing, since nobody can be asked: all is for the next start."""
        autosave = self.recovery.autosave
        autosave.keep_all()
        autosave.write_now()
        self.study_run.goes_on_alone = True
        self.retraining.leave()

    def shut_down(self) -> None:
        """Stop everything but saving, wait until all has ended, and let the documents go.

        Each document that goes shows the next, for which panels start jobs of their own: those are
        stopped too.
        """
        self.workspace.saving.finish()
        self.finding.cancel()
        self.workspace.cancel_opening()
        self.study_run.shut_down()
        jobs.shut_down()
        self.retraining.shut_down()
        child.shut_down()
        for document in self.workspace.documents:
            self.workspace.close(document)
        self.recovery.shut_down()
        jobs.shut_down()
