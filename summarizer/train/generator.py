"""Fine-tuning a generator on pairs: LoRA (Hu et al. 2021) or all weights, seq2seq or causal, resumable."""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from summarizer.errors import InputError, ModelError
from summarizer.generation.hub import load_model, on_top
from summarizer.settings import Settings
from summarizer.train.curve import draw_curve
from summarizer.train.pairs import read_pairs, split
from summarizer.train.rows import collator, encode
from summarizer.weights.catalogue import ALIASES

_LORA_RATE, _FULL_RATE = 2e-4, 5e-5
_EVALUATIONS = 10  # points of the held-out curve
_WARMUP = 0.05


class Recipe(NamedTuple):
    """How to train. rate: peak learning rate, by method when None; rank: of the LoRA adapter, whose alpha is twice it;
    targets: modules that get one, comma-separated; batch: pairs a step; resume: go on from the last checkpoint."""

    full: bool = False
    epochs: float = 3.0
    batch: int = 8
    rate: float | None = None
    rank: int = 16
    targets: str = "all-linear"
    seed: int = 0
    resume: bool = False


class Trained(NamedTuple):
    """model: string that loads the result; loss: held-out cross-entropy a token; curve: picture of it over steps."""

    model: str
    loss_before: float
    loss: float
    curve: Path


def train_generator(
    data: Path, output: Path, base: str, recipe: Recipe, settings: Settings, *, held_out: Path | None = None
) -> Trained:
    """Fine-tune ``base`` (``embedded``, ``embedded:small``, or after ``hf:``) on the pairs of ``data`` into ``output``.

    ``output`` then loads as ``hf:<output>``; a LoRA of the embedded model also as ``embedded:<output>``.
    Beside it stand ``loss.svg`` and ``training.json``. Raises InputError and ModelError.
    """
    _needed()
    pairs = read_pairs(data)
    learned, measured = (pairs, read_pairs(held_out)) if held_out else split(pairs)
    import torch

    torch.manual_seed(recipe.seed)
    loaded = load_model(base, settings, dtype=torch.float32)
    generator: Any = on_top(loaded, base)
    model = loaded.model if recipe.full else _with_lora(loaded.model, base, recipe)
    rows, held = encode(learned, generator), encode(measured, generator)
    trainer = _trainer(model, rows, held, collator(generator), output, recipe)
    last = _last_checkpoint(output)
    if recipe.resume and last is None:
        raise InputError("there is no checkpoint to resume from", remedy="Leave out --resume.", where=str(output))
    # The trainer reports its progress on standard output, which is for results.
    with redirect_stdout(sys.stderr):
        before = _loss_before(trainer, output, base, resumed=recipe.resume)
        trainer.train(resume_from_checkpoint=last if recipe.resume else None)
    _save(model, output, full=recipe.full)
    loaded.tokenizer.save_pretrained(output)
    return _finished(trainer, output, base, recipe, before)


def _needed() -> None:
    missing = [name for name in ("peft", "matplotlib", "accelerate", "transformers", "torch") if not find_spec(name)]
    if missing:
        raise ModelError(
            f"fine-tuning needs {', '.join(missing)}", remedy='Install "summarizer[train]".', where="summarizer train"
        )


def _with_lora(model: Any, base: str, recipe: Recipe) -> Any:
    from peft import LoraConfig, TaskType, get_peft_model

    kind = TaskType.SEQ_2_SEQ_LM if model.config.is_encoder_decoder else TaskType.CAUSAL_LM
    targets = recipe.targets if recipe.targets == "all-linear" else recipe.targets.split(",")
    config = LoraConfig(
        task_type=kind, r=recipe.rank, lora_alpha=2 * recipe.rank, lora_dropout=0.05, target_modules=targets
    )
    try:
        wrapped = get_peft_model(model, config)
    except ValueError as error:
        raise InputError(
            str(error), remedy="Name modules that the model has.", where=f"--targets {recipe.targets}"
        ) from error
    # What our loader must find again, wherever the folder moves: a name, or an absolute path.
    wrapped.peft_config["default"].base_model_name_or_path = str(Path(base).resolve()) if Path(base).exists() else base
    return wrapped


def _trainer(model: Any, rows: list[Any], held: list[Any], collate: Any, output: Path, recipe: Recipe) -> Any:
    import torch
    from transformers import PrinterCallback, Trainer, TrainingArguments

    steps = max(1, round(-(-len(rows) // recipe.batch) * recipe.epochs))
    every = max(1, steps // _EVALUATIONS)
    arguments = TrainingArguments(
        output_dir=str(output / "checkpoints"),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch,
        per_device_eval_batch_size=recipe.batch,
        learning_rate=recipe.rate or (_FULL_RATE if recipe.full else _LORA_RATE),
        warmup_steps=_WARMUP,
        lr_scheduler_type="cosine",
        bf16=torch.cuda.is_available() and torch.cuda.is_bf16_supported(),
        eval_strategy="steps",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,
        logging_steps=every,
        remove_unused_columns=False,
        label_names=["labels"],
        prediction_loss_only=True,
        dataloader_pin_memory=torch.cuda.is_available(),
        report_to="none",
        seed=recipe.seed,
    )
    trainer: Any = Trainer(model=model, args=arguments, train_dataset=rows, eval_dataset=held, data_collator=collate)
    trainer.remove_callback(PrinterCallback)
    return trainer


def _save(model: Any, output: Path, *, full: bool) -> None:
    """All weights as they are; an adapter in float16, half as large and after merging the same to three digits."""
    if full:
        model.save_pretrained(output)
        return
    # Left to itself PEFT asks the hub whether the base's vocabulary has grown.
    model.half().save_pretrained(output, save_embedding_layers=False)


def _last_checkpoint(output: Path) -> str | None:
    """The newest that is whole: a run may have been killed while it wrote one, and the state is what it writes last."""
    states = (output / "checkpoints").glob("checkpoint-*/trainer_state.json")
    found = sorted(filter(_is_whole, states), key=lambda state: int(state.parent.name.rpartition("-")[2]))
    return str(found[-1].parent) if found else None


def _is_whole(state: Path) -> bool:
    try:
        json.loads(state.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return True


def _loss_before(trainer: Any, output: Path, base: str, *, resumed: bool) -> float:
    """Held-out loss of the untouched base; a resumed run keeps the figure of its first start."""
    record = output / "training.json"
    if resumed and record.is_file():
        return float(json.loads(record.read_text(encoding="utf-8"))["held_out"][0][1])
    output.mkdir(parents=True, exist_ok=True)
    before = float(trainer.evaluate()["eval_loss"])
    record.write_text(json.dumps({"base": base, "held_out": [[0, before]]}) + "\n", encoding="utf-8")
    return before


def _finished(trainer: Any, output: Path, base: str, recipe: Recipe, before: float) -> Trained:
    history = [entry for entry in trainer.state.log_history if entry["step"] > 0]
    held_out = [(0, before), *((entry["step"], entry["eval_loss"]) for entry in history if "eval_loss" in entry)]
    learned = [(entry["step"], entry["loss"]) for entry in history if "loss" in entry]
    figures = {"base": base, **recipe._asdict(), "held_out": held_out, "train": learned}
    (output / "training.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    curve = draw_curve(held_out, learned, output / "loss.svg")
    model = f"hf:{output}"
    if base in ALIASES and not recipe.full:
        model = f"embedded:{output}"
    return Trained(model, before, float(held_out[-1][1]), curve)
