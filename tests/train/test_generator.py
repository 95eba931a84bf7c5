"""Fine-tuning tiny real models: the loss falls, the result loads by its string, a stopped run goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("peft")
pytest.importorskip("matplotlib")

from safetensors.torch import load_file  # noqa: E402
from shell import summarizer_command  # noqa: E402
from tiny_models import NEWS, save_causal, save_seq2seq  # noqa: E402
from typer.testing import CliRunner  # noqa: E402

from summarizer.cli.train import app  # noqa: E402
from summarizer.errors import InputError  # noqa: E402
from summarizer.generation.base import Limits  # noqa: E402
from summarizer.generation.hub import load_model  # noqa: E402
from summarizer.generation.registry import load_generator  # noqa: E402
from summarizer.settings import Settings  # noqa: E402
from summarizer.train.generator import Recipe, train_generator  # noqa: E402
from summarizer.train.pairs import read_pairs  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.slow]
SETTINGS = Settings(threads=1, offline=True)


@pytest.fixture
def data(tmp_path):
    """Twelve pairs that all ask for the same words: something two layers can learn."""
    path = tmp_path / "pairs.jsonl"
    rows = [
        {"documents": [{"text": NEWS[n % 10]}, {"text": NEWS[(n + 3) % 10]}], "summary": "The bridge is closed."}
        for n in range(12)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("family", ["t5", "primera", "llama"])
@pytest.mark.parametrize("full", [False, True])
def test_learns_and_loads(family, full, data, tmp_path):
    base = save_causal(tmp_path / "base") if family == "llama" else save_seq2seq(family, tmp_path / "base")
    recipe = Recipe(full=full, epochs=4, batch=4, rate=5e-2, rank=4)
    trained = train_generator(data, tmp_path / "out", str(base), recipe, SETTINGS)
    assert trained.loss < 0.9 * trained.loss_before
    assert trained.curve.read_text().count("<path") > 3
    figures = json.loads((tmp_path / "out" / "training.json").read_text())
    assert figures["held_out"][0] == [0, trained.loss_before]
    assert len(figures["held_out"]) > 3
    generator = load_generator(trained.model, SETTINGS)
    prompt = read_pairs(data)[0].prompt
    assert generator.generate([prompt], Limits())[0][0].text
    assert (tmp_path / "out" / "adapter_model.safetensors").is_file() is not full
    weights, untouched = (dict(load_model(str(f), SETTINGS).model.named_parameters()) for f in (tmp_path / "out", base))
    assert any(not torch.equal(weights[name], untouched[name]) for name in untouched)


def test_a_stopped_run_goes_on_from_its_last_checkpoint(data, tmp_path):
    base = str(save_seq2seq("t5", tmp_path / "base"))
    short = Recipe(full=True, epochs=2, batch=4, rate=5e-3)
    train_generator(data, tmp_path / "out", base, short, SETTINGS)
    longer = short._replace(epochs=4, resume=True)
    resumed = train_generator(data, tmp_path / "out", base, longer, SETTINGS)
    figures = json.loads((tmp_path / "out" / "training.json").read_text())
    steps = [step for step, _ in figures["held_out"]]
    assert steps == sorted(set(steps))
    assert steps[-1] == 12
    assert resumed.loss_before == figures["held_out"][0][1]


def test_a_killed_run_ends_as_if_nothing_had_happened(data, tmp_path):
    base = str(save_causal(tmp_path / "base"))
    recipe = Recipe(epochs=10, batch=4, rate=1e-2, rank=2)
    options = ["--epochs", "10", "--batch", "4", "--rate", "0.01", "--rank", "2"]
    command = [sys.executable, "-m", "summarizer.cli", "train", "generator", "--data", data, "--model", base]
    command += ["-o", tmp_path / "killed", *options]
    environment = {**os.environ, "SUMMARIZER_THREADS": "1", "SUMMARIZER_OFFLINE": "1"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        # Two of them: the first is whole then.
        while len(list((tmp_path / "killed").glob("checkpoints/checkpoint-*/trainer_state.json"))) < 2:
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    # What a kill in the middle of writing leaves behind.
    for name, state in (("checkpoint-9998", ""), ("checkpoint-9999", '{"epoch":')):
        (tmp_path / "killed" / "checkpoints" / name).mkdir()
        (tmp_path / "killed" / "checkpoints" / name / "trainer_state.json").write_text(state)
    resumed = train_generator(data, tmp_path / "killed", base, recipe._replace(resume=True), SETTINGS)
    whole = train_generator(data, tmp_path / "whole", base, recipe, SETTINGS)
    assert (resumed.loss_before, resumed.loss) == (whole.loss_before, whole.loss)
    curves = [json.loads((tmp_path / name / "training.json").read_text()) for name in ("killed", "whole")]
    assert curves[0]["held_out"] == curves[1]["held_out"]
    ours, theirs = (load_file(tmp_path / name / "adapter_model.safetensors") for name in ("killed", "whole"))
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_an_adapter_can_be_trained_further(data, tmp_path):
    base = save_causal(tmp_path / "base")
    recipe = Recipe(epochs=1, batch=4, rate=5e-2, rank=2)
    train_generator(data, tmp_path / "once", str(base), recipe, SETTINGS)
    once = load_model(str(tmp_path / "once"), SETTINGS).model.state_dict()
    trained = train_generator(data, tmp_path / "twice", str(tmp_path / "once"), recipe, SETTINGS)
    twice = load_model(trained.model.removeprefix("hf:"), SETTINGS).model.state_dict()
    assert any(not torch.equal(once[name], twice[name]) for name in once)


def test_only_the_named_modules_get_an_adapter(data, tmp_path):
    base = str(save_causal(tmp_path / "base"))
    recipe = Recipe(epochs=1, batch=4, rate=5e-2, rank=2, targets="q_proj,v_proj")
    trained = train_generator(data, tmp_path / "out", base, recipe, SETTINGS)
    weights = load_file(tmp_path / "out" / "adapter_model.safetensors")
    assert {name.split(".lora_")[0].rpartition(".")[2] for name in weights} == {"q_proj", "v_proj"}
    assert {tensor.dtype for tensor in weights.values()} == {torch.float16}
    assert load_generator(trained.model, SETTINGS).generate([read_pairs(data)[0].prompt], Limits())[0][0].text


def test_a_module_that_the_model_lacks(data, tmp_path):
    base = str(save_causal(tmp_path / "base"))
    with pytest.raises(InputError, match=r"nowhere_proj"):
        train_generator(data, tmp_path / "out", base, Recipe(targets="nowhere_proj"), SETTINGS)


def test_nothing_to_resume(data, tmp_path):
    base = str(save_seq2seq("t5", tmp_path / "base"))
    with pytest.raises(InputError, match="no checkpoint"):
        train_generator(data, tmp_path / "out", base, Recipe(resume=True), SETTINGS)


def test_the_command_prints_the_string_that_loads_the_result(data, tmp_path, monkeypatch):
    monkeypatch.setenv("SUMMARIZER_THREADS", "1")
    base = save_seq2seq("t5", tmp_path / "base")
    arguments = [
        "generator",
        "--data",
        data,
        "--model",
        base,
        "-o",
        tmp_path / "out",
        "--epochs",
        "0.5",
        "--batch",
        "4",
    ]
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    assert result.stdout == f"hf:{tmp_path / 'out'}\n"
    assert "held-out loss" in result.stderr


def test_the_command_explains_a_bad_line(tmp_path):
    data = tmp_path / "pairs.jsonl"
    data.write_text('{"documents": [{"text": "A one."}], "summary": "A."}\n{"summary": "B."}\n')
    result = summarizer_command("train", "generator", "--data", data, "-o", tmp_path / "out")
    assert result.returncode == 1
    assert f"{data}:2: this line is no pair (documents: Field required)" in result.stderr
