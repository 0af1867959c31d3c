from __future__ import annotations

import threading

import pytest

from nmrquanv.errors import ModelError
from nmrquanv.progress import Cancelled
from nmrquanv.session.document import Document
from nmrquanv.session.peak_finding import CANCELLED, STAYS, WAITING, PeakFinding, Search
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.starting_recipe import spectrum_recipe


class Endings:
    def __init__(self, finding: PeakFinding) -> None:
        self.heard: list[tuple] = []
        finding.succeeded.connect(lambda *args: self.heard.append(("succeeded", *args)))
        finding.failed.connect(lambda *args: self.heard.append(("failed", *args)))
        finding.cancelled.connect(lambda *args: self.heard.append(("cancelled", *args)))


@pytest.fixture
def fake(found):
    """A finder that does as the model's name says."""

    def find(spectrum, model, *, region, polarity, one_window, report):
        report(0, 2, "windows")
        if model == "broken":
            raise ModelError("weights are damaged")
        if model == "bug":
            raise ZeroDivisionError("by zero")
        pause = threading.Event()
        while model == "endless":
            report(1, 2, "windows")
            pause.wait(0.005)
        report(2, 2, "done")
        return found(model)

    return find


def test_each_finder_gives_a_layer_in_one_undo_step(document, fake, qtbot) -> None:
    finding = PeakFinding(fake)
    endings, steps = Endings(finding), []
    finding.progressed.connect(lambda _, done, total, text: steps.append((done / total, text)))
    with qtbot.waitSignal(finding.succeeded):
        finding.start(document, Search(("quanv", "cnn")))
        assert finding.is_running
        assert finding.is_searching(document)
    assert set(document.layers) == {"quanv", "cnn"}
    assert document.undo_stack.count() == 1
    assert len(endings.heard) == 1
    assert not endings.heard[0][2].failures
    assert [share for share, _ in steps] == sorted(share for share, _ in steps)
    assert steps[-1] == (1.0, "CNN: done")
    qtbot.waitUntil(lambda: not finding.is_running)


@pytest.mark.parametrize(("bad", "says"), [("broken", "weights are damaged"), ("bug", "by zero")])
def test_a_failing_finder_does_not_take_the_others_away(document, fake, qtbot, bad, says) -> None:
    finding = PeakFinding(fake)
    with qtbot.waitSignal(finding.succeeded) as signal:
        finding.start(document, Search((bad, "cnn")))
    assert set(document.layers) == {"cnn"}
    assert document.working_choice == "cnn"
    assert says in signal.args[1].failure_text()


def test_when_every_finder_fails_the_search_has_failed(document, fake, qtbot) -> None:
    finding = PeakFinding(fake)
    endings = Endings(finding)
    with qtbot.waitSignal(finding.failed) as signal:
        finding.start(document, Search(("broken", "bug")))
    assert set(signal.args[1].failures) == {"broken", "bug"}
    assert len(endings.heard) == 1
    assert document.undo_stack.count() == 0


def test_cancel_before_any_result_leaves_the_document_as_it_was(document, fake, qtbot) -> None:
    finding = PeakFinding(fake)
    endings = Endings(finding)
    with qtbot.waitSignal(finding.progressed):
        finding.start(document, Search(("endless", "quanv")))
    with qtbot.waitSignal(finding.cancelled):
        finding.cancel()
    assert [(e[0], e[2]) for e in endings.heard] == [("cancelled", CANCELLED)]
    assert not document.layers
    assert document.undo_stack.count() == 0
    qtbot.waitUntil(lambda: not finding.is_running)


def test_what_a_finder_found_is_there_before_the_next_ends_and_stays_when_cancelled(
    document, fake, qtbot
) -> None:
    finding = PeakFinding(fake)
    endings = Endings(finding)
    with qtbot.waitSignal(finding.advanced):
        finding.start(document, Search(("quanv", "endless")))
    assert set(document.layers) == {"quanv"}
    assert len(document.peaks) == 5
    assert finding.is_searching(document)
    with qtbot.waitSignal(finding.cancelled):
        finding.cancel(document)
    assert [e[0] for e in endings.heard] == ["cancelled"]
    assert STAYS in endings.heard[0][2]
    assert set(document.layers) == {"quanv"}
    document.undo_stack.undo()
    assert not document.layers
    assert not len(document.peaks)


@pytest.fixture
def make_document(spectrum, qapp):
    """Make documents of one spectrum."""

    def make() -> Document:
        dataset = DataSet(spectrum, spectrum_recipe(), ("1",))
        return Document(dataset, dataset.recipe.run(spectrum), "made")

    return make


@pytest.fixture
def looked(found):
    """What is seen at once: two of the lines."""

    def look(spectrum, model, **_):
        assert model == "classical"
        return found(model, skip=(7.0, 3.0, 1.2))

    return look


def test_a_first_look_stands_until_the_first_finder_has_answered(
    document, fake, looked, qtbot
) -> None:
    finding, seen = PeakFinding(fake, looked), []
    finding.advanced.connect(
        lambda d: seen.append((sorted(d.layers), d.working_choice, len(d.peaks)))
    )
    with qtbot.waitSignal(finding.succeeded):
        finding.start(document, Search(("quanv", "cnn")))
    assert seen == [
        (["classical"], "classical", 2),
        (["quanv"], "quanv", 5),
        (["cnn", "quanv"], "quanv", 5),
    ]
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert not document.layers
    assert document.working_choice == "quanv"


def test_a_selection_in_the_first_look_survives_the_finders(document, fake, looked, qtbot) -> None:
    finding, ids = PeakFinding(fake, looked), []
    finding.advanced.connect(lambda d: ids.append({round(p.ppm, 2): p.id for p in d.peaks}))
    with qtbot.waitSignal(finding.succeeded):
        finding.start(document, Search(("quanv",)))
    assert ids[0].items() < ids[1].items()


def test_what_is_known_already_needs_no_first_look(document, fake, looked, qtbot) -> None:
    finding, seen = PeakFinding(fake, looked), []
    for _ in range(2):
        seen.clear()
        with qtbot.waitSignal(finding.succeeded):
            finding.advanced.connect(lambda d: seen.append(sorted(d.layers)))
            finding.start(document, Search(("quanv",)))
    assert ["classical"] not in seen


def test_the_classical_layer_stays_where_it_was_asked_for(document, fake, looked, qtbot) -> None:
    finding = PeakFinding(fake, looked)
    with qtbot.waitSignal(finding.succeeded):
        finding.start(document, Search(("quanv", "classical")))
    assert set(document.layers) == {"quanv", "classical"}
    assert len(document.layers["classical"]) == 5
    assert document.working_choice == "quanv"


def test_a_working_choice_made_meanwhile_is_obeyed(document, fake, looked, qtbot) -> None:
    finding = PeakFinding(fake, looked)

    def choose(d) -> None:
        if set(d.layers) == {"quanv", "cnn"}:
            d.edit.choose_working("cnn")

    finding.advanced.connect(choose)
    with qtbot.waitSignal(finding.succeeded):
        finding.start(document, Search(("quanv", "cnn", "third")))
    assert document.working_choice == "cnn"


def test_searches_of_two_documents_queue_and_each_tells_its_own_progress(
    make_document, fake, looked, qtbot
) -> None:
    first, second = make_document(), make_document()
    gate, heard, told = threading.Event(), [], []

    def slow(spectrum, model, **settings):
        if model == "slow":
            gate.wait()
        return fake(spectrum, model, **settings)

    finding = PeakFinding(slow, looked)
    finding.progressed.connect(lambda d, *_: told.append(d))
    finding.succeeded.connect(lambda d, _: heard.append(d))
    finding.start(first, Search(("slow", "quanv")))
    finding.start(second, Search(("cnn",)))
    assert finding.progress_of(second)[2] == WAITING
    assert finding.progress_of(first)[2] != WAITING
    qtbot.waitUntil(lambda: "classical" in second.layers)  # a first look waits for no network
    assert not heard
    with qtbot.waitSignals([finding.succeeded, finding.succeeded]):
        gate.set()
    assert heard == [first, second]
    assert set(told) == {first, second}
    assert set(first.layers) == {"slow", "quanv"}
    assert set(second.layers) == {"cnn"}
    assert finding.progress_of(first) is None
    qtbot.waitUntil(lambda: not finding.is_running)


def test_a_first_look_comes_while_the_network_of_another_document_is_at_work(
    make_document, fake, looked, qtbot
) -> None:
    first, second = make_document(), make_document()
    gate, at_work, heard = threading.Event(), threading.Event(), []

    def slow(spectrum, model, **settings):
        at_work.set()
        gate.wait()
        return fake(spectrum, model, **settings)

    finding = PeakFinding(slow, looked)
    finding.succeeded.connect(lambda d, _: heard.append(d))
    finding.start(first, Search(("quanv",)))
    qtbot.waitUntil(at_work.is_set)
    finding.start(second, Search(("cnn",)))
    qtbot.waitUntil(lambda: "classical" in second.layers)
    assert not heard
    with qtbot.waitSignals([finding.succeeded, finding.succeeded]):
        gate.set()
    assert heard == [first, second]
    assert set(second.layers) == {"cnn"}
    qtbot.waitUntil(lambda: not finding.is_running)


def test_a_first_look_is_cancelled_with_its_search(make_document, fake, qtbot) -> None:
    document, is_looking = make_document(), threading.Event()

    def look(spectrum, model, *, report, **_):
        is_looking.set()
        while True:
            report(1, 2, "looking")

    finding = PeakFinding(fake, look)
    endings = Endings(finding)
    finding.start(document, Search(("quanv",)))
    qtbot.waitUntil(is_looking.is_set)
    finding.cancel()
    qtbot.waitUntil(lambda: not finding.is_running)
    assert endings.heard == [("cancelled", document, CANCELLED)]
    assert not document.layers


def test_cancelling_one_documents_search_leaves_that_of_another(make_document, fake, qtbot) -> None:
    first, second = make_document(), make_document()
    finding = PeakFinding(fake)
    with qtbot.waitSignal(finding.progressed):
        finding.start(first, Search(("endless",)))
    finding.start(second, Search(("quanv",)))
    with qtbot.waitSignal(finding.succeeded) as signal:
        finding.cancel(first)
    assert signal.args[0] is second
    assert not first.layers


def test_a_result_for_a_spectrum_that_changed_is_dropped(document, fake, qtbot) -> None:
    gate = threading.Event()

    def slow(*args, **settings):
        gate.wait()
        return fake(*args, **settings)

    finding = PeakFinding(slow)
    endings = Endings(finding)
    finding.start(document, Search(("quanv",)))
    document.reprocess.reference(7.0, 7.1)
    with qtbot.waitSignal(finding.cancelled) as signal:
        gate.set()
    assert "dropped" in signal.args[1]
    assert len(endings.heard) == 1
    assert not document.layers


def test_edits_made_during_a_search_are_kept(document, fake, qtbot) -> None:
    gate = threading.Event()

    def slow(*args, **settings):
        gate.wait()
        return fake(*args, **settings)

    finding = PeakFinding(slow)
    finding.start(document, Search(("quanv",)))
    mine = document.edit.add_peak(8.0, snap=False)
    with qtbot.waitSignal(finding.succeeded):
        gate.set()
    assert document.peaks.find(mine) is not None
    assert len(document.peaks) == 6


def test_a_newer_search_takes_the_place_of_the_one_before(document, fake, qtbot) -> None:
    finding = PeakFinding(fake)
    endings = Endings(finding)
    with qtbot.waitSignal(finding.progressed):
        finding.start(document, Search(("endless",)))
    with qtbot.waitSignal(finding.succeeded):
        finding.start(document, Search(("quanv",)))
    assert [e[0] for e in endings.heard] == ["cancelled", "succeeded"]


def test_a_closed_document_gets_no_result(document, fake, qtbot) -> None:
    gate = threading.Event()

    def slow(*args, **settings):
        gate.wait()
        return fake(*args, **settings)

    finding = PeakFinding(slow)
    finding.start(document, Search(("quanv",)))
    document.dispose()
    with qtbot.waitSignal(finding.cancelled):
        gate.set()
    assert not document.layers


def test_region_and_polarity_reach_the_finder_and_only_the_region_is_replaced(
    document, found, qtbot
) -> None:
    told = []

    def find(spectrum, model, *, region, polarity, one_window, report):
        told.append((region, polarity, one_window))
        return found(model, skip=(5.0,) if region else ())

    finding = PeakFinding(find)
    for search in (
        Search(("quanv",)),
        Search(("quanv",), (5.5, 4.5), one_window=True, polarity="both"),
    ):
        with qtbot.waitSignal(finding.succeeded):
            finding.start(document, search)
    assert told == [(None, "auto", False), ((5.5, 4.5), "both", True)]
    assert [round(p.ppm, 2) for p in document.peaks] == [7.26, 7.0, 3.0, 1.2]


def test_a_search_says_what_it_lacks() -> None:
    with pytest.raises(ValueError, match="finder"):
        Search(())
    with pytest.raises(ValueError, match="region"):
        Search(("quanv",), one_window=True)


def test_cancelling_another_documents_search_does_nothing(document, fake, qtbot) -> None:
    finding = PeakFinding(fake)
    with qtbot.waitSignal(finding.progressed):
        finding.start(document, Search(("endless",)))
    finding.cancel(object())
    assert finding.is_running
    with qtbot.waitSignal(finding.cancelled):
        finding.cancel(document)


def test_a_finder_may_raise_cancelled_of_its_own_accord(document, qtbot) -> None:
    def find(*_args, **_settings):
        raise Cancelled

    finding = PeakFinding(find)
    with qtbot.waitSignal(finding.cancelled):
        finding.start(document, Search(("quanv",)))
