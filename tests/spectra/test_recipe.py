"""Recipes: order, round trips, defaults, and what running them gives."""

from __future__ import annotations

import dataclasses
import json

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
    Magnitude,
    Phase,
    Recipe,
    Reference,
    Smoothing,
    Truncation,
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
    st.builds(Truncation, st.integers(2, 1 << 20), st.booleans()),
    st.builds(
        Apodization,
        finite,
        st.sampled_from(["exponential", "gaussian", "sine bell", "trapezoid", "traf"]),
        st.floats(0, 1000),
        st.floats(0, 90),
        st.sampled_from([1, 2]),
        st.floats(0, 0.5),
        st.floats(0, 0.5),
        st.booleans(),
    ),
    st.builds(ZeroFill, st.integers(2, 1 << 20), st.booleans()),
    st.just(FourierTransform()),
    st.builds(Phase, st.sampled_from(["manual", "automatic"]), finite, finite, st.booleans()),
    st.builds(Magnitude, st.booleans()),
    st.builds(
        Baseline,
        st.sampled_from(["automatic", "polynomial", "arpls", "snip", "points"]),
        st.integers(0, 12),
        st.floats(0.02, 4),
        st.just(()) | st.just(((9.0, 8.5), (3.0, 1.0))),
        st.lists(finite, max_size=3).map(tuple),
        st.booleans(),
    ),
    st.builds(Smoothing, st.sampled_from([7, 9, 101]), st.integers(0, 6), st.booleans()),
    st.builds(Reference, finite, st.booleans()),
)


@given(steps_of_fid, st.sets(st.integers(0, 9)))
def test_dictionary_round_trip(steps, left_out):
    recipe = Recipe(tuple(s for i, s in enumerate(steps) if i not in left_out - {4}))
    assert Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe


@given(steps_of_fid, st.permutations(range(10)))
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
        (ZeroFill(64), Apodization(1.0), FourierTransform()),
        (ZeroFill(64), Truncation(32), FourierTransform()),
        (Magnitude(), Phase()),
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
        (Baseline, ("polynomial", 13)),
        (Baseline, ("arpls", 3, 9.0)),
        (Baseline, ("automatic", 3, 1.0, ((1.0, 2.0),))),
        (Baseline, ("points", 3, 1.0, (), (float("nan"),))),
        (Apodization, (1.0, "cosine")),
        (Apodization, (1.0, "trapezoid", 1.0, 0.0, 1, 0.7, 0.7)),
        (Apodization, (1.0, "sine bell", 1.0, 120.0)),
        (Truncation, (1,)),
        (Smoothing, (8,)),
        (Smoothing, (5, 6)),
        (Reference, (float("nan"),)),
        (Reference, (0.0, "on")),
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
        {"version": 3, "steps": []},
        {"version": 0, "steps": []},
        {"version": True, "steps": []},
        {"version": 2, "steps": [{"kind": "baseline", "mode": "off"}]},
        {"version": 2, "steps": [{"kind": "baseline", "excluded": [[1.0]]}]},
        {"version": 1, "steps": ["phase"]},
        {"version": 1, "steps": [{"kind": "shaking"}]},
        {"version": 1, "steps": [{"kind": "zero_fill"}]},
        {"version": 1, "steps": [{"kind": "phase", "angle": 3}]},
        {"version": 1, "steps": [{"kind": "zero_fill", "si": "many"}]},
    ],
)
def test_damaged_dictionaries_are_refused(values):
    with pytest.raises(ProcessingError):
        Recipe.from_dict(values)


def test_a_recipe_of_version_1_is_read_as_what_it_meant():
    old = [
        {"kind": "group_delay", "is_on": True},
        {"kind": "apodization", "lb_hz": 0.5},
        {"kind": "fourier_transform"},
        {"kind": "phase", "mode": "manual", "ph0_deg": 3.0, "ph1_deg": -4.0, "is_flipped": True},
        {"kind": "baseline", "mode": "off"},
        {"kind": "reference", "shift_ppm": 0.25},
    ]
    recipe = Recipe.from_dict({"version": 1, "steps": old})
    assert recipe.steps == (
        GroupDelay(),
        Apodization(0.5),
        FourierTransform(),
        Phase("manual", 3.0, -4.0, is_flipped=True),
        Baseline(is_on=False),
        Reference(0.25),
    )
    assert recipe.to_dict()["version"] == 2


def test_a_step_that_is_off_does_nothing_and_keeps_its_place():
    fid = make_fid()
    recipe = fid_recipe(fid)
    rest = recipe.without_step(Apodization).without_step(Baseline)
    off = recipe.with_step(Apodization(9.0, is_on=False)).with_step(Baseline(is_on=False))
    off = off.with_step(Smoothing(101, is_on=False)).with_step(Reference(0.5, is_on=False))
    assert np.array_equal(off.apply(fid).data, rest.apply(fid).data)
    assert off.shift_ppm == 0.0
    assert off.step(Apodization) == Apodization(9.0, is_on=False)
    assert off.active(Apodization) is None


def test_steps_are_moved_and_impossible_places_are_refused_with_the_reason():
    recipe = fid_recipe(make_fid()).with_step(Smoothing(5)).with_step(Truncation(900))
    kinds = [type(step) for step in recipe.moved(Smoothing, 5).steps]
    assert kinds.index(Smoothing) == 5
    assert kinds.index(Phase) == 6
    swapped = [type(step) for step in recipe.moved(Truncation, 2).steps]
    assert swapped[1:3] == [Apodization, Truncation]
    for kind, place, reason in (
        (Smoothing, 0, "works on spectra"),
        (Apodization, 9, "works on the FID"),
        (GroupDelay, 2, "stands first"),
        (Apodization, 3, "not over the zeros"),
    ):
        with pytest.raises(ProcessingError, match=reason):
            recipe.moved(kind, place)


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
        plain = fid_recipe(fid).with_step(Baseline(is_on=False)).with_step(Phase(mode)).apply(fid)
        flipped = (
            fid_recipe(fid)
            .with_step(Baseline(is_on=False))
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
    complex_spectrum = fid_recipe(fid).with_step(Baseline(is_on=False)).apply(fid)
    real = Spectrum(complex_spectrum.trace, complex_spectrum.axis)
    turned = Recipe((Phase("manual", 40.0, 30.0), Baseline(is_on=False))).apply(real)
    assert turned.is_complex
    outcome = Recipe((Phase("automatic"), Baseline("automatic"))).run(turned)
    found = outcome.recipe.step(Phase)
    assert found is not None
    k = np.array([complex_spectrum.trace.argmax() / real.axis.size])
    assert found.ph0_deg + 40 + (found.ph1_deg + 30) * k == pytest.approx(0, abs=2)
