"""A healthy spectrum has no note; a spoilt one says what is wrong with it and what to do."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.bench.second.spectrometer import Resonance, Setup, acquire
from nmrquanv.bench.second.sticks import single, split
from nmrquanv.io import read
from nmrquanv.paths import resource
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.clipping import clipped
from nmrquanv.spectra.picking import pick_classical
from nmrquanv.spectra.scope import notes_of, texts_of
from nmrquanv.spectra.spectrum import Fid, Spectrum
from nmrquanv.spectra.trained_notes import joined_notes

EXAMPLES = json.loads(resource("example_spectra/examples.json").read_text("utf-8"))["examples"]
TRUE_OF_EXAMPLES = {
    "bruker_13c_caryophyllene_oxide/11": {"narrow", "baseline"},
    "bruker_dept135_caryophyllene_oxide/12": {"narrow"},
}
"""Lines of 1.3 and 1.7 points; the 13C trace rolls by eighty sigma, for everyone to see."""


def kinds(spectrum: Spectrum) -> set[str]:
    return {note.kind for note in notes_of(spectrum, pick_classical(spectrum).peaks)}


def made(
    setup: Setup = Setup(),  # noqa: B008
    snr: float = 2000.0,
    width_hz: float = 1.0,
    every: int = 1,
) -> Spectrum:
    """Return doublets and singlets all over a sweep, or each so-manieth of them."""
    rng = np.random.default_rng(5)
    signals = [
        Resonance((split([7.0]) if k % 2 else single()).at(190.0 * k), snr, width_hz)
        for k in range(-10, 11, every)
    ]
    return acquire(rng, signals, setup, "").spectrum


@pytest.mark.parametrize("path", [entry["path"] for entry in EXAMPLES])
def test_what_is_said_of_the_bundled_spectra_is_true(examples, path) -> None:
    spectrum = read(examples / path).spectrum()
    assert kinds(spectrum) == TRUE_OF_EXAMPLES.get(path, set())


def test_a_healthy_spectrum_has_no_note() -> None:
    for snr in (30.0, 2000.0):
        assert kinds(made(snr=snr)) == set()


@pytest.mark.parametrize("degrees", [-25.0, 15.0, 40.0])
@pytest.mark.parametrize("path", ["bruker_1h_menthol/10", "bruker_1h_cyclosporin/1", None])
def test_a_wrong_phase_is_told(examples, path, degrees) -> None:
    sound = made() if path is None else read(examples / path).spectrum()
    spoilt = sound.with_data(sound.data * np.exp(1j * np.radians(degrees)))
    (note,) = [n for n in notes_of(spoilt, pick_classical(spoilt).peaks) if n.kind == "phase"]
    assert "phase the spectrum" in note.text


def test_a_spectrum_that_nobody_phased_is_told_before_its_lines_look_cut(examples) -> None:
    """Fits of lines that stand on their side are narrower than the FID allows."""
    sound = read(examples / "bruker_13c_caryophyllene_oxide/11").spectrum()
    on_its_side = sound.with_data(sound.data * 1j)
    narrow = [
        replace(peak, fwhm_hz=0.5 * (peak.fwhm_hz or 0.0)) for peak in pick_classical(on_its_side)
    ]
    for peaks in (narrow, pick_classical(on_its_side).peaks):
        told = {note.kind: note.text for note in notes_of(on_its_side, peaks)}
        assert "truncated" not in told
        assert "phase were far off" in told["phase"]


def test_lines_narrower_than_a_point_do_not_look_like_a_wrong_phase() -> None:
    """A triplet and a quartet of 0.1 Hz on points of 0.25 Hz: beside them stands the sampling."""
    axis = Axis(8192, 2069.0, 400.13, 5.0)
    lines = [(3.7 - k * 0.0175, 0.7 if k in (1, 2) else 0.23) for k in range(4)]
    lines += [(1.2275 - k * 0.0175, 1.0 if k == 1 else 0.5) for k in range(3)]
    t_s, fid = np.arange(axis.size) / axis.sw_hz, np.zeros(axis.size, complex)
    for ppm, height in lines:
        hz = (ppm - axis.offset_ppm) * axis.sf_mhz + 0.5 * axis.sw_hz
        fid += height * np.exp((2j * np.pi * hz - 0.1 * np.pi) * t_s)
    fid[0] *= 0.5
    rng = np.random.default_rng(3)
    noise = 0.01 * rng.normal(size=(2, axis.size)).T @ [1, 1j]
    assert "phase" not in kinds(
        Spectrum(np.fft.fftshift(np.fft.fft(fid)) + noise, axis, time_points=8192)
    )


def test_a_fid_that_was_cut_is_told_and_apodization_mends_it() -> None:
    cut = Setup(td=2048, lb_hz=0.0)
    assert kinds(made(cut, width_hz=0.4)) == {"truncated"}
    assert kinds(made(replace(cut, lb_hz=5.0), width_hz=0.4)) == set()
    unknown = replace(made(cut, width_hz=0.4), time_points=None)
    assert "truncated" in kinds(unknown)


def test_lines_of_few_points_are_told_and_zero_filling_mends_it() -> None:
    assert kinds(made(Setup(td=4096, si=4096, lb_hz=0.5), width_hz=1.5)) == {"narrow"}
    assert kinds(made(Setup(td=4096, si=16384, lb_hz=0.5), width_hz=1.5)) == set()


def test_lines_broader_than_what_a_network_was_trained_on_are_told_of_that_network() -> None:
    broad = made(snr=300.0, width_hz=45.0, every=5)
    peaks = pick_classical(broad).peaks
    (note,) = notes_of(broad, peaks, "quanv")
    assert note.kind == "broad"
    assert "in the training of Quantum (QuanvNN), and lines" in note.text
    assert kinds(broad) == set(), "classical picking was not trained"
    usual = made(snr=300.0, width_hz=20.0, every=5)
    assert notes_of(usual, pick_classical(usual).peaks, "quanv") == ()


def test_what_several_finders_say_alike_is_said_once_with_their_names() -> None:
    broad = made(snr=300.0, width_hz=45.0, every=5)
    peaks = pick_classical(broad).peaks
    own = {name: texts_of(broad, peaks, name) for name in ("quanv", "cnn", "mine")}
    own["cnn"] = (own["cnn"][0].replace(" Hz broad", ".5 Hz broad"),)
    (joined,) = joined_notes(own)
    assert "in the training of Quantum (QuanvNN), CNN and 'mine', and lines" in joined
    assert joined_notes({"cnn": own["cnn"], "classical": ("it rolls",)}) == (
        own["cnn"][0],
        "it rolls",
    )


def test_a_trace_that_is_cut_flat_is_told() -> None:
    sound = made(width_hz=3.0)
    flat = np.minimum(sound.trace, 0.6 * sound.trace.max())
    assert kinds(sound.with_data(flat)) == {"clipped"}


def test_a_baseline_that_rolls_is_told() -> None:
    sound = made()
    roll = 40.0 * sound.noise.sigma * np.sin(np.arange(sound.axis.size) / 4000.0)
    assert kinds(sound.with_data(sound.trace + roll)) == {"baseline"}


def test_a_magnitude_spectrum_is_told_and_nothing_else_of_it() -> None:
    sound = made()
    assert kinds(sound.with_data(np.abs(sound.data))) == {"magnitude"}


def test_what_is_fainter_or_stronger_than_networks_were_trained_on_is_told() -> None:
    sound = made()
    peaks = pick_classical(sound).peaks
    for snr, kind in ((4.0, "faint"), (3e5, "strong")):
        other = [replace(p, snr=snr) for p in peaks]
        for network, is_named in (("", False), ("cnn", True)):
            (note,) = notes_of(sound, other, network)
            assert note.kind == kind
            assert ("in the training of CNN" in note.text) is is_named
            assert ("train" in note.text) is is_named


def test_nothing_is_said_of_a_spectrum_without_lines() -> None:
    rng = np.random.default_rng(2)
    noise = rng.normal(size=8192) + 1j * rng.normal(size=8192)
    assert notes_of(Spectrum(noise, Axis(8192, 5000.0, 500.0, 10.0)), ()) == ()


def test_a_clipped_fid_is_told_where_it_is_processed(examples) -> None:
    fid = read(examples / "bruker_1h_aspirin_fidonly/1")
    assert isinstance(fid.data, Fid)
    assert clipped(fid.data) == ()
    limit = 0.5 * np.abs(fid.data.data.real).max()
    data = fid.data.data
    cut = np.clip(data.real, -limit, limit) + 1j * np.clip(data.imag, -limit, limit)
    (note,) = clipped(replace(fid.data, data=cut))
    assert "lower receiver gain" in note
    assert fid.recipe is not None
    assert note in fid.recipe.run(replace(fid.data, data=cut)).notes
