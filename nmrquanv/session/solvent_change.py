"""A document's state in another solvent: what is the solvent's own is looked for anew."""

from __future__ import annotations

from dataclasses import replace

from nmrquanv.session import state_changes
from nmrquanv.session.reclassifying import reclassified
from nmrquanv.session.state import Processed, State
from nmrquanv.spectra.spectrum import Spectrum


def with_solvent(state: State, spectrum: Spectrum, solvent: str) -> State:
    """Return the state with the sample in another solvent; the same one where it is that already.

    Parameters
    ----------
    state : State
    spectrum : Spectrum
        The processed one of the state.
    solvent : str
    """
    now = state.processed
    sample = replace(now.dataset.sample, solvent=solvent)
    if sample == now.dataset.sample:
        return state
    dataset = replace(now.dataset, data=replace(now.dataset.data, sample=sample))
    shown = replace(spectrum, sample=sample)
    processed = Processed(dataset, now.recipe, shown, now.notes, is_as_read=False)
    changed = state_changes.with_processed(reclassified(state, processed), processed, 0.0)
    return replace(changed, found_on=processed) if changed.found_on is now else changed


def is_solvent_alone(before: Processed, after: Processed) -> bool:
    """Tell whether two have the same data and differ in the solvent that is told of them."""
    was, now = before.dataset, after.dataset
    known = replace(was.sample, solvent=now.sample.solvent)
    return was is not now and was.source == now.source and known == now.sample
