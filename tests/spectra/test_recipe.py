"""Recipes: order, round trips, defaults, and what running them gives."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmrquanv.errors import ProcessingError
from nmrquanv.progress import Cancelled
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.recipe import (
    Apodization,
    Baseline,
    FourierTransform,
    GroupDelay,
    Phase,
    Recipe,
    Reference,
    ZeroFill,
)
from nmrquanv.spectra.spectrum import Fid, Sample, Source, Spectrum
from nmrquanv.spectra.starting_recipe import fid_recipe, spectrum_recipe

TD = 4096
SW_HZ = 4000.0


def make_fid(nucleus: str = "1H", td: int = TD, sigma: float = 0.01) -> Fid:
    """Three lines of 1.5 Hz, turned by 70 degrees."""
    t = np.arange(td) / SW_HZ
    data = sum(np.exp(2j * np.pi * hz * t - np.pi * 1.5 * t) for hz in (-1100.0, 150.0, 1300.0))
    rng = np.random.default_rng(7)
    noise = sigma * (rng.normal(size=td) + 1j * rng.normal(size=td))
    return Fid(
        data * np.exp(1j * np.deg2rad(70)) + noise,
        Axis(td, SW_HZ, 400.0, 9.0),
        400.0,
        sample=Sample(nucleus=nucleus, title="three lines"),
        source=Source("x", "fid", "simulated"),
    )


finite = st.floats(-1e4, 1e4, allow_nan=False)
steps_of_fid = st.tuples(
    st.builds(GroupDelay, st.booleans()),
    st.builds(Apodization, finite),
    st.builds(ZeroFill, st.integers(2, 1 << 20)),
    st.just(FourierTransform()),
    st.builds(Phase, st.sampled_from(["manual", "automatic"]), finite, finite, st.booleans()),
    st.builds(Baseline, st.sampled_from(["off", "automatic"])),
    st.builds(Reference, finite),
)


@given(steps_of_fid, st.sets(st.integers(0, 6)))
def test_dictionary_round_trip(steps, left_out):
    recipe = Recipe(tuple(s for i, s in enumerate(steps) if i not in left_out - {3}))
    assert Recipe.from_dict(recipe.to_dict()) == recipe


@given(steps_of_fid, st.permutations(range(7)))
def test_steps_added_in_any_order_stand_in_the_right_one(steps, order):
    recipe = Recipe((FourierTransform(),))
    for i in order:
        recipe = recipe.with_step(steps[i])
    assert recipe.steps == steps


def test_with_step_replaces_in_place_and_leaves_the_original():
    recipe = fid_recipe(make_fid())
    changed = recipe.with_step(Apodization(3.0))
    assert changed.step(Apodization) == Apodization(3.0)
    assert [type(s) for s in changed.steps] == [type(s) for s in recipe.steps]
    assert recipe.step(Apodization) == Apodization(0.3)
    assert recipe.without_step(Baseline).step(Baseline) is None


@pytest.mark.parametrize(
    "steps",
    [
        (FourierTransform(), Apodization(1.0)),
        (Phase(), FourierTransform()),
        (ZeroFill(64),),
        (Phase(), Phase()),
        (Apodization(1.0), GroupDelay(), FourierTransform()),
        ("phase",),
    ],
)
def test_impossible_orders_are_refused(steps):
    with pytest.raises(ProcessingError):
        Recipe(steps)


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (ZeroFill, (1,)),
        (ZeroFill, (1 << 30,)),
        (ZeroFill, (10.5,)),
        (Apodization, (float("nan"),)),
        (Apodization, ("1",)),
        (Phase, ("sideways",)),
        (Phase, ("manual", float("inf"))),
        (Phase, ("manual", 0.0, 0.0, 1)),
        (Baseline, ("sometimes",)),
        (Reference, (float("nan"),)),
        (GroupDelay, ("yes",)),
    ],
)
def test_impossible_parameters_are_refused_by_name(kind, arguments):
    with pytest.raises(ProcessingError, match=kind.__name__):
        kind(*arguments)


@pytest.mark.parametrize(
    "values",
    [
        [],
        {"version": 1},
        {"version": 2, "steps": []},
        {"version": 1, "steps": ["phase"]},
        {"version": 1, "steps": [{"kind": "smoothing"}]},
        {"version": 1, "steps": [{"kind": "zero_fill"}]},
        {"version": 1, "steps": [{"kind": "phase", "angle": 3}]},
        {"version": 1, "steps": [{"kind": "zero_fill", "si": "many"}]},
    ],
)
def test_damaged_dictionaries_are_refused(values):
    with pytest.raises(ProcessingError):
        Recipe.from_dict(values)


def test_a_huge_negative_line_broadening_is_refused_not_infinite():
    with pytest.raises(ProcessingError, match="Hz"):
        fid_recipe(make_fid(), lb_hz=-1e6).apply(make_fid())


def test_defaults_follow_nucleus_and_size():
    recipe = fid_recipe(make_fid("13C", td=5000))
    assert recipe.step(Apodization) == Apodization(1.0)
    assert recipe.step(ZeroFill) == ZeroFill(16384)
    assert recipe.step(Phase) == Phase("automatic")
    assert recipe.step(Baseline) == Baseline("automatic")


def test_the_operators_values_are_starting_values():
    recipe = fid_recipe(make_fid(), lb_hz=0.0, si=TD, ph0_deg=12.0, ph1_deg=None)
    assert recipe.step(Apodization) == Apodization(0.0)
    assert recipe.step(ZeroFill) == ZeroFill(TD)
    assert recipe.step(Phase) == Phase("manual", 12.0, 0.0)


def test_spectrum_knows_where_it_came_from():
    fid = make_fid()
    spectrum = fid_recipe(fid).apply(fid)
    assert spectrum.sample == fid.sample
    assert spectrum.source == fid.source
    assert spectrum.time_points == TD
    assert spectrum.axis == dataclasses.replace(fid.axis, size=2 * TD)
    cut = fid_recipe(fid, si=1024).apply(fid)
    assert (cut.axis.size, cut.time_points) == (1024, 1024)


def test_a_stored_spectrum_is_shown_as_stored():
    fid = make_fid()
    spectrum = fid_recipe(fid).apply(fid)
    again = spectrum_recipe().apply(spectrum)
    assert np.array_equal(again.data, spectrum.data)
    assert again.axis == spectrum.axis


def test_what_automatic_phase_found_is_written_down_and_gives_the_same_again():
    fid = make_fid()
    outcome = fid_recipe(fid).run(fid)
    found = outcome.recipe.step(Phase)
    assert found is not None
    assert found.mode == "automatic"
    assert found.ph0_deg == pytest.approx(-70, abs=1.5)
    by_hand = outcome.recipe.with_step(dataclasses.replace(found, mode="manual")).apply(fid)
    assert np.allclose(by_hand.data, outcome.spectrum.data)


def test_flip_turns_the_lines_whatever_the_mode():
    fid = make_fid()
    for mode in ("manual", "automatic"):
        plain = fid_recipe(fid).with_step(Baseline("off")).with_step(Phase(mode)).apply(fid)
        flipped = (
            fid_recipe(fid)
            .with_step(Baseline("off"))
            .with_step(Phase(mode, is_flipped=True))
            .apply(fid)
        )
        assert np.allclose(flipped.data, -plain.data)


def test_reference_moves_the_axis_only():
    fid = make_fid()
    recipe = fid_recipe(fid)
    moved = recipe.with_step(Reference(-0.25)).apply(fid)
    plain = recipe.apply(fid)
    assert moved.axis.offset_ppm == pytest.approx(plain.axis.offset_ppm - 0.25)
    assert np.array_equal(moved.data, plain.data)


def test_noise_alone_is_left_in_phase_and_said_so():
    rng = np.random.default_rng(3)
    fid = Fid(rng.normal(size=TD) + 1j * rng.normal(size=TD), Axis(TD, SW_HZ, 400.0, 9.0), 400.0)
    outcome = fid_recipe(fid).run(fid)
    assert outcome.recipe.step(Phase) == Phase("automatic", 0.0, 0.0)
    assert "no lines" in " ".join(outcome.notes)


def test_fid_and_spectrum_recipes_do_not_fit_each_other():
    fid = make_fid()
    spectrum = fid_recipe(fid).apply(fid)
    with pytest.raises(ProcessingError, match="FID"):
        fid_recipe(fid).apply(spectrum)
    with pytest.raises(ProcessingError, match="FID"):
        spectrum_recipe().apply(fid)


def test_report_names_each_step_and_can_cancel():
    fid = make_fid()
    seen: list[tuple[int, int, str]] = []

    def report(done: int, total: int, text: str) -> None:
        seen.append((done, total, text))
        if text == "Phasing":
            raise Cancelled

    with pytest.raises(Cancelled):
        fid_recipe(fid).apply(fid, report)
    assert [done for done, _, _ in seen] == list(range(5))
    assert {total for _, total, _ in seen} == {7}


def test_phase_and_baseline_work_on_a_real_spectrum():
    fid = make_fid()
    complex_spectrum = fid_recipe(fid).with_step(Baseline("off")).apply(fid)
    real = Spectrum(complex_spectrum.trace, complex_spectrum.axis)
    turned = Recipe((Phase("manual", 40.0, 30.0), Baseline("off"))).apply(real)
    assert turned.is_complex
    outcome = Recipe((Phase("automatic"), Baseline("automatic"))).run(turned)
    found = outcome.recipe.step(Phase)
    assert found is not None
    k = np.array([complex_spectrum.trace.argmax() / real.axis.size])
    assert found.ph0_deg + 40 + (found.ph1_deg + 30) * k == pytest.approx(0, abs=2)
