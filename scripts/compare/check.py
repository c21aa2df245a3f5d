#!/usr/bin/env python3
"""Compares a training step of agent.py with the fixtures that the project's own agents are held to: losses, statistics, gradients and
their norms, and what the step leaves behind, in double precision; and the states of acting with those of training.

    scripts/compare/check.py                          all fixtures that are of this agent's kind
    scripts/compare/check.py dreamerv3 dymodreamer    some of them
"""
import json
import pathlib
import sys

try:
    import torch
    from safetensors.torch import load_file
except ImportError as error: sys.exit(f"check: {error}; scripts/compare/requirements.txt says what this needs")

from agent import Agent, OutOfScope

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Tests/Mathematics/AgentFixtures/Fixtures"
# Fixtures are rounded to single precision, and a learning rate that is wrong by a tenth changes a parameter by 1e-5 of itself.
TOLERANCE = 1e-6


def differences(directory):
    """Names and relative differences of all numbers that the fixture in `directory` expects, and of acting."""
    agent = Agent(json.loads((directory / "config.json").read_text())).double()
    agent.load_state_dict(load(directory / "params.safetensors"))
    stored = load(directory / "batch.safetensors")
    batch = {"image": stored["image"]} | {name: stored[name].double() for name in ("action", "reward")}
    batch |= {name: stored[name].bool() for name in ("is_first", "is_terminal")}
    numbers = {name.removeprefix("noise."): tensor.double() for name, tensor in stored.items() if name.startswith("noise.")}
    acting = acting_difference(agent, batch, numbers)
    got = agent.find_gradients(batch, numbers)
    got |= {f"grad.{name}": tensor.grad.clone() for name, tensor in agent.named_parameters() if tensor.requires_grad}
    got |= agent.step() | agent.state_dict()
    want = load(directory / "expected.safetensors")
    if unlike := want.keys() ^ got.keys(): raise KeyError(f"{directory.name}: only on one side: {', '.join(sorted(unlike))}")
    return [("acting", acting)] + [(name, relative(got[name], tensor.double())) for name, tensor in want.items()]


def load(file):
    """Tensors by the names of exports: fixtures tell parameters from state."""
    return {name.removeprefix("param.").removeprefix("state."): tensor for name, tensor in load_file(file).items()}


def relative(got, want):
    """‖got − want‖ / ‖want‖."""
    return float((got - want).norm() / want.norm().clamp(min=1e-8))


@torch.no_grad()
def acting_difference(agent, batch, numbers):
    """Of the states of a batch, met step by step, from those that are trained on."""
    states, action, met = agent.rssm.start(), torch.zeros_like(batch["action"][:, 0]), []
    frames = batch["image"].unbind(1)
    for t, (before, now) in enumerate(zip(frames, frames[1:])):
        if t: action = batch["action"][:, t]
        drawn = {kind: numbers[f"posterior_{kind}"][:, t] for kind in agent.codes} | {"policy": torch.rand(len(action))}
        states, _ = agent.act(now, before, batch["is_first"][:, t], states, action, drawn)
        met.append(states)
    return relative(torch.stack(met, 1), agent.model_loss(batch, numbers)[-1])


def main(names):
    compared, failed = 0, False
    for directory in [FIXTURES / name for name in names] or sorted(FIXTURES.iterdir()):
        if not (directory / "config.json").exists(): sys.exit(f"check: there is no fixture {directory.name}")
        try: found = differences(directory)
        except OutOfScope as reason:
            if names: sys.exit(f"check: {directory.name}: {reason}")
            print(f"{directory.name}: left out: {reason}")
            continue
        # What is no number is the largest.
        name, largest = max(found, key=lambda pair: pair[1] if pair[1] == pair[1] else float("inf"))
        print(f"{directory.name}: {len(found)} quantities, the largest relative difference is {largest:.1e} ({name})")
        compared, failed = compared + 1, failed or not largest <= TOLERANCE
    if failed: sys.exit(f"check: differences above {TOLERANCE:.0e}")
    if not compared: sys.exit("check: nothing was compared")


if __name__ == "__main__": main(sys.argv[1:])
