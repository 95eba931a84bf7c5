"""Gates for CI: ``[SYSTEM/]MEASURE=X`` fails a run whose mean is below X, or above it where lower is better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.types import Record
from summarizer.errors import InputError


@dataclass(frozen=True)
class Gate:
    """``system`` None means every system that was not merely recorded."""

    measure: str
    bound: float
    system: str | None = None


def parse(text: str) -> Gate:
    """``rougeL=0.20`` or ``embedded/rougeL=0.20``; figures are in the measure's own unit. Raises InputError."""
    name, equals, bound = text.rpartition("=")
    system, slash, measure = name.rpartition("/")
    try:
        return Gate(measure.strip(), float(bound), system.strip() if slash else None)
    except ValueError as error:
        remedy = "Write [SYSTEM/]MEASURE=NUMBER, such as rougeL=0.20."
        raise InputError("no gate", remedy=remedy, where=f"--fail-below {text}{'' if equals else ' (no =)'}") from error


def missed(gates: Sequence[Gate], metrics: Record) -> list[str]:
    """One line for each gate and system that misses it; a gate that meets no figure at all is missed too."""
    lines = []
    lower = {measure["name"] for measure in metrics["measures"] if measure["better"] == "lower"}
    for gate in gates:
        met = [row for row in metrics["systems"] if _concerns(gate, row["system"]) and gate.measure in row["measures"]]
        if not met:
            lines.append(f"{gate.measure}: no system of this run has it")
        for row in met:
            mean = row["measures"][gate.measure]["mean"]
            side = "above" if gate.measure in lower else "below"
            if mean > gate.bound if side == "above" else mean < gate.bound:
                lines.append(f"{row['system']}: {gate.measure} {mean:.4f} is {side} {gate.bound:g}")
    return lines


def _concerns(gate: Gate, system: str) -> bool:
    return system == gate.system if gate.system else not system.startswith("recorded:")
