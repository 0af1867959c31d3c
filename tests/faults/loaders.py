"""Good files of our own forms and what reads them, for ``fuzz_loaders.py``; ways to damage some."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import peak_lists
from hostile_files import mutated_bytes, mutated_json

from nmrquanv.errors import NmrQuanvError


@dataclass(frozen=True, slots=True)
class Loader:
    """Something that reads files of ours.

    Parameters
    ----------
    make : callable
        Writes good files into an empty folder.
    load : callable
        Reads them as the program does.
    """

    make: Callable[[Path], None]
    load: Callable[[Path], object]


def _small_card():
    from nmrquanv.models.cards import new_card

    return new_card("quanv", name="m", n_circuits=1, channels=4, dilations=[1])


def _make_model(folder: Path) -> None:
    from nmrquanv.models.library import save_model
    from nmrquanv.models.networks import build

    save_model(folder, _small_card(), build(_small_card()))


def _load_models(folder: Path) -> object:
    from nmrquanv.models import library

    library._loaded.clear()
    user = library.user_folder()
    user.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        target = user / path.name
        if target.is_symlink() or target.exists():
            target.unlink() if not target.is_dir() or target.is_symlink() else target.rmdir()
        target.symlink_to(path)
    names = [card.name for card in library.list_models()]
    if not {"quanv", "cnn"} <= set(names):
        raise AssertionError(f"a bad card hides others: {names}")
    library.load("m")
    model = library.load_copy("m")
    for value in model.network.state_dict().values():
        if value.is_floating_point() and not value.isfinite().all():
            raise AssertionError("weights that are not finite")
    return model


def _make_model_file(folder: Path) -> None:
    from nmrquanv.models.library import save_model
    from nmrquanv.models.networks import build
    from nmrquanv.models.own_models import model_bytes

    card = save_model(folder, _small_card(), build(_small_card()))
    weights = folder / "m.safetensors"
    (folder / "m.nmrqmodel").write_bytes(model_bytes(card, weights.read_bytes()))
    weights.unlink()
    (folder / "m.json").unlink()


def _import_model(folder: Path) -> object:
    from nmrquanv.models import library, own_models

    before = {card.name for card in library.list_models()}
    card = own_models.import_model(folder / "m.nmrqmodel")
    model = library.load(card.name)
    if card.name not in before:
        own_models.remove(card.name)
    return model


def _make_config(folder: Path) -> None:
    values = {"name": "c", "kind": "quanv", "seed": 3, "spectra": 40, "epochs": 2, "rate": 0.002}
    sizes = {"channels": 8, "width": 7, "dilations": [1, 2]}
    (folder / "c.json").write_text(json.dumps(values | {"n_layers": 2, "sizes": sizes}))


def _load_config(folder: Path) -> object:
    from nmrquanv.models.cards import ModelCard
    from nmrquanv.models.networks import build
    from nmrquanv.training.config import read_config

    config = read_config(folder / "c.json")
    return build(ModelCard(config.name, "", config.kind, config.architecture()))


def _make_run(folder: Path) -> None:
    x = np.linspace(-9, 9, 400)
    np.savez(
        folder / "0.npz",
        real=1 / (1 + x**2), imag=x / (1 + x**2), sw_hz=4000.0, sf_mhz=400.0, offset_ppm=9.0,
        nucleus=np.array("1H"), time_points=np.nan,
    )  # fmt: skip
    peaks = [{"ppm": 4.0, "fwhm_hz": 1.5, "height": 1.0}, {"ppm": 3, "fwhm_hz": None, "height": 2}]
    example = {"spectrum": "0.npz", "name": "n", "sha256": "ab", "regions": [[5, 2.5]]}
    run = {"model": "quanv", "epochs": 3, "simulated_share": 0.5, "seed": 0}
    (folder / "run.json").write_text(json.dumps(run | {"examples": [example | {"peaks": peaks}]}))


def _load_run(folder: Path) -> object:
    from nmrquanv.training.reviewed import read_examples, read_run

    return read_examples(folder, read_run(folder).examples)


class _NoTask:
    """Data of a training that has no batch left."""

    def __len__(self) -> int:
        return 4

    def loss(self, *_given: object) -> object:
        raise NmrQuanvError("an epoch was wanted: the state was taken for an earlier one")

    validate = loss


def _train(folder: Path, *, makes: bool) -> object:
    from nmrquanv.models.networks import build
    from nmrquanv.training.checkpoint import Checkpoint
    from nmrquanv.training.train import LoopSettings, _Run, train

    network, settings = build(_small_card()), LoopSettings(1, 4, 1e-3, 1)
    checkpoint = Checkpoint(folder / "x.checkpoint", "this")
    if makes:
        run = _Run.begun(network, _NoTask(), settings)
        run.epoch = 1
        checkpoint.write(run.state())
        return None
    checkpoint.epoch()
    return train(network, _NoTask(), settings, checkpoint=checkpoint)


def spoilt_on_purpose(content: bytes, rng: np.random.Generator) -> bytes:
    """Return a checkpoint with other values and a hash that fits them."""
    from safetensors.numpy import load, save

    arrays = load(content.partition(b"\n")[2])
    values = mutated_json(arrays["values"].tobytes(), rng)
    arrays["values"] = np.frombuffer(values, np.uint8)
    for name in rng.choice(sorted(arrays), 2):
        if rng.random() < 0.3:
            arrays[name] = np.ones(tuple(rng.integers(0, 4, 2)), np.float32)
    return signed(save(arrays))


def signed(rest: bytes) -> bytes:
    return hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest


def _make_study(folder: Path) -> None:
    report = {
        "tier": {"name": "quick", "seeds": 2},
        "evaluation": "exact",
        "experiments": [{"name": "claims", "answer": ["yes", "no"], "tables": [[1, 2.5, "x"]]}],
    }
    (folder / "report.json").write_text(json.dumps(report))
    (folder / "runs").mkdir()
    metrics = {"best": {"f1": 0.9, "threshold": 0.5}, "last": {"f1": None, "threshold": 0.5}}
    result = {"spec": {}, "metrics": metrics, "extra": {}, "curve": [[1, 0.5]]}
    (folder / "runs" / "k.json").write_text(json.dumps(result))


class _Spec:
    """A run that is looked up by its key alone."""

    def key(self) -> str:
        return "k"


def _load_study(folder: Path) -> object:
    from nmrquanv.session.study_catalogue import reported
    from nmrquanv.study.running.results import read_results

    spec = _Spec()
    results = read_results(folder, [spec])
    results.mean([spec], "f1")
    return reported(folder), results


def _make_log(folder: Path) -> None:
    lines = [{"event": "start", "config": {"name": "cnn", "seed": 1}}]
    lines += [
        {"event": "epoch", "epoch": k, "epochs": 2, "val_loss": 0.5, "f1": 0.8} for k in (1, 2)
    ]
    text = "\n".join(map(json.dumps, lines))
    (folder / "cnn-1.log.jsonl").write_text(text)
    (folder / "quanv-1.log.jsonl").write_text(text.replace("cnn", "quanv"))


def _load_log(folder: Path) -> object:
    from nmrquanv.bench.ablation import ablation, read_curves
    from nmrquanv.guarded import read_regular
    from nmrquanv.session.child_process import event_of

    curves = read_curves(folder)
    list(map(event_of, read_regular(folder / "quanv-1.log.jsonl", 1 << 24).splitlines()))
    return ablation(curves)


def _make_settings(folder: Path) -> None:
    from nmrquanv.session.settings import Settings

    settings = Settings(folder / "s.json")
    settings.theme, settings.label_decimals, settings.finders = "dark", 3, ["quanv"]
    settings.add_recent_file("/a/b")
    settings.last_folder = "/a"
    settings.save()


def _load_settings(folder: Path) -> object:
    from nmrquanv.session.settings import Kept, Settings

    settings = Settings(folder / "s.json")
    names = [n for n in dir(Settings) if isinstance(getattr(Settings, n), (property, Kept))]
    assert len(names) > 10
    return [getattr(settings, name) for name in names]


def _make_document(folder: Path) -> None:
    """Take the file of the newest version, its manifest and arrays unpacked where asked."""
    shutil.copy(
        sorted((Path(__file__).parents[1] / "data" / "documents").iterdir())[-1], folder / "d.nmrq"
    )


def _load_document(folder: Path) -> object:
    from nmrquanv.io.document_data import Packed, dataset_of
    from nmrquanv.io.document_file import document_bytes, read_document
    from nmrquanv.session.storing import unpacked

    document = read_document(folder / "d.nmrq")
    for spectrum in document.manifest.spectra:
        one = Packed(spectrum, document.arrays)
        unpacked(one)
        dataset_of(one)
    return document_bytes(document)


def spoilt_archive(content: bytes, rng: np.random.Generator) -> bytes:
    """Return a zip with one of its members changed, sound as an archive.

    Where weights are changed, the card mostly names what they have become: else its hash alone
    would refuse them.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    told = next(name for name in members if name.endswith(".json"))
    name = rng.choice(sorted(members)) if rng.random() < 0.3 else told
    change = mutated_json if name.endswith(".json") else mutated_bytes
    before = hashlib.sha256(members[name]).hexdigest().encode()
    members[name] = change(members[name], rng)
    if rng.random() < 0.8:
        after = hashlib.sha256(members[name]).hexdigest().encode()
        members[told] = members[told].replace(before, after)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return stream.getvalue()


def _make_recipe(folder: Path) -> None:
    from nmrquanv.io.recipe_files import write_recipe
    from nmrquanv.spectra.recipe import Baseline
    from nmrquanv.spectra.starting_recipe import starting_recipe

    baseline = Baseline("points", anchors=(1.0, 7.5), excluded=((5.0, 4.5),))
    write_recipe(folder / "a.recipe.json", starting_recipe(4096, "1H").with_step(baseline))


def _load_recipe(folder: Path) -> object:
    from nmrquanv.io.recipe_files import read_recipe

    return read_recipe(folder / "a.recipe.json")


LOADERS = {
    "document": Loader(_make_document, _load_document),
    "model": Loader(_make_model, _load_models),
    "model file": Loader(_make_model_file, _import_model),
    "config": Loader(_make_config, _load_config),
    "run": Loader(_make_run, _load_run),
    "checkpoint": Loader(
        lambda folder: _train(folder, makes=True), lambda folder: _train(folder, makes=False)
    ),
    **{
        f"peaks{ending}": Loader(
            partial(peak_lists.make, ending=ending), partial(peak_lists.load, ending=ending)
        )
        for ending in peak_lists.endings()
    },
    "study": Loader(_make_study, _load_study),
    "log": Loader(_make_log, _load_log),
    "settings": Loader(_make_settings, _load_settings),
    "recipe": Loader(_make_recipe, _load_recipe),
}
