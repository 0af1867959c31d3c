"""Thresholds and regions of one spectrum used on others: one step in each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.progress import silent_report
from nmrquanv.session.document import Document
from nmrquanv.session.requests import processed
from nmrquanv.session.sharing import share, why_not_shared
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.starting_recipe import spectrum_recipe
from tests.session.test_stack import lorentzians, noisy


def made(name: str, nucleus: str = "1H") -> Document:
    spectrum = noisy(lorentzians((7.0, 100.0), (3.0, 20.0), nucleus=nucleus))
    return Document(*processed(DataSet(spectrum, spectrum_recipe(), ("1",)), silent_report), name)


@pytest.fixture
def source(qapp) -> Document:
    source = made("source")
    own = replace(source.thresholds, min_snr=42.0, searched=((7.5, 6.5),), excluded=((3.1, 2.9),))
    source.edit.set_thresholds(own)
    one = source.edit.add_integral(7.2, 6.8)
    source.edit.calibrate_integral(one, 3.0)
    return source


def test_each_part_is_given_alone_and_undone_alone(source) -> None:
    other = made("other")
    other.edit.set_thresholds(replace(other.thresholds, excluded=((1.0, 0.5),)))
    assert share(source, [other], ["thresholds"]) == 1
    assert (other.thresholds.min_snr, other.thresholds.excluded) == (42.0, ((1.0, 0.5),))
    assert share(source, [other], ["places"]) == 1
    assert other.thresholds == source.thresholds
    assert share(source, [other], ["integrals"]) == 1
    assert [(i.high_ppm, i.low_ppm, i.set_to) for i in other.integrals] == [(7.2, 6.8, None)]
    texts = [other.undo_stack.command(n).text() for n in range(1, 4)]
    assert texts == ["Take Over Thresholds", "Take Over Searched Regions", "Take Over Integrals"]
    other.undo_stack.undo()
    assert other.integrals == ()


def test_all_parts_are_one_step_and_what_is_so_already_is_none(source) -> None:
    others = [made("a"), made("b")]
    assert share(source, others, ("thresholds", "places", "integrals")) == 2
    assert [d.undo_stack.count() for d in others] == [1, 1]
    assert share(source, others, ("thresholds", "places", "integrals")) == 0
    others[0].undo_stack.undo()
    assert others[0].thresholds.searched == ()
    assert others[1].thresholds == source.thresholds


def test_places_of_another_nucleus_mean_nothing(source) -> None:
    assert why_not_shared(source, made("other", "13C")) == "shows 13C, this one 1H"
    assert why_not_shared(source, made("other")) == ""
