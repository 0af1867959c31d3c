"""``nmrquanv convert``: a data set in, its spectrum out."""

from __future__ import annotations

import nmrglue
import numpy as np
import pytest

from nmrquanv.io import read
from nmrquanv.io.recipe_files import write_recipe
from nmrquanv.spectra.recipe import Apodization, Reference


@pytest.fixture
def aspirin(examples):
    return examples / "bruker_1h_aspirin_fidonly"


def test_a_fid_leaves_as_the_spectrum_that_the_window_shows(run_command, aspirin, tmp_path) -> None:
    path = tmp_path / "aspirin.jdx"
    assert run_command("convert", aspirin, "-o", path) == (0, "", "")
    _, (real, imaginary) = nmrglue.jcampdx.read(str(path))
    spectrum = read(aspirin).spectrum()
    scale = np.abs(spectrum.data).max()
    np.testing.assert_allclose(real, spectrum.data.real, atol=1e-8 * scale)
    np.testing.assert_allclose(imaginary, spectrum.data.imag, atol=1e-8 * scale)


def test_a_bruker_folder_has_fid_and_spectrum(run_command, aspirin, tmp_path) -> None:
    assert run_command("convert", aspirin, "-o", tmp_path / "5") == (0, "", "")
    made = read(tmp_path / "5")
    assert set(made.sources) == {"fid", "1"}
    np.testing.assert_allclose(
        made.spectrum().axis.limits_ppm, read(aspirin).spectrum().axis.limits_ppm, atol=1e-7
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-o", "{}/x.png"), "'.png'"),
        (("-o", "{}/gone/x.csv"), "does not exist"),
        (("-o", "{}/x", "--format", "tiff"), "invalid choice"),
        ((), "--output"),
    ],
)
def test_wrong_use_is_told(run_command, aspirin, tmp_path, words, says) -> None:
    code, out, err = run_command("convert", aspirin, *(w.format(tmp_path) for w in words))
    assert (code, out) == (2, "")
    assert says in err


def test_an_existing_folder_is_not_written_over(run_command, aspirin, tmp_path) -> None:
    (tmp_path / "5").mkdir()
    code, _, err = run_command("convert", aspirin, "-o", tmp_path / "5")
    assert code == 2
    assert "exists already, and no folder is replaced" in err


def test_a_protected_file_is_said_with_the_option(run_command, aspirin, tmp_path) -> None:
    path = tmp_path / "a.csv"
    assert run_command("convert", aspirin, "-o", path)[0] == 0
    path.chmod(0o444)
    code, _, err = run_command("convert", aspirin, "-o", path)
    assert code == 2
    assert "is write-protected" in err
    assert "or give --overwrite" in err
    assert run_command("convert", aspirin, "-o", path, "--overwrite")[0] == 0


def test_a_recipe_of_ones_own_is_followed(run_command, aspirin, tmp_path) -> None:
    data = read(aspirin, source="fid")
    recipe = data.recipe.with_step(Apodization(5.0)).with_step(Reference(0.5))
    write_recipe(tmp_path / "a.recipe.json", recipe)
    path = tmp_path / "aspirin.csv"
    words = ("--recipe", tmp_path / "a.recipe.json", "-o", path)
    assert run_command("convert", aspirin, *words) == (0, "", "")
    made, wanted = read(path).spectrum(), recipe.apply(data.data)
    assert made.axis.limits_ppm == pytest.approx(wanted.axis.limits_ppm, abs=1e-4)
    np.testing.assert_allclose(made.trace, wanted.trace, atol=1e-5 * np.abs(wanted.trace).max())
    (tmp_path / "b.recipe.json").write_text("{}")
    words = ("--recipe", tmp_path / "b.recipe.json", "-o", tmp_path / "b.csv")
    code, _, err = run_command("convert", aspirin, *words)
    assert code == 3
    assert "b.recipe.json" in err
