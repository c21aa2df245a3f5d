"""The acting code follows the executable specification: its states give the losses that the specification computed."""
import json

import numpy as np
import pytest
from conftest import ROOT
from safetensors.numpy import load_file
from swift_dreamer.acting import Policy

FIXTURES = ROOT / "Tests/Mathematics/AgentFixtures/Fixtures"
OWN = {"latent_difference": False, "differential_channels": False, "modulation_in_heads": True, "mask_step": 1, "vector": 0}


def episodes(directory):
    """States after each step of the batch [rows, features], and whether it was not terminal."""
    config = {**OWN, **json.loads((directory / "config.json").read_text())}
    weights = {k.removeprefix("param.").removeprefix("state."): v for k, v in load_file(directory / "params.safetensors").items()}
    batch = load_file(directory / "batch.safetensors")
    policy = Policy({"agent": config, "action": {"groups": config.get("action_groups") or [config["actions"]]}}, weights)
    rows, length = batch["is_first"].shape
    for t in range(length):
        observation = {"image": batch["image"][:, t + 1]} if config["image"] else {}
        if config["vector"]: observation["vector"] = batch["vector"][:, t]
        noise = {k: batch[f"noise.posterior_{k}"][:, t] for k in "zd" if f"noise.posterior_{k}" in batch}
        if policy.state: policy.state = *policy.state[:3], batch["action"][:, t]
        # Where a stored sequence goes on with an episode, its first image has one before it; here an episode begins with it.
        policy.act(**observation, first=batch["is_first"][:, t], noise=noise)
        h, z, d, _ = policy.state
        yield policy, np.concatenate([h, z, d] if config["modulation_in_heads"] else [h, z], -1), 1 - batch["is_terminal"][:, t]


@pytest.mark.parametrize("name", ["dreamerv3", "dreamerv3-vector", "dreamerv3-multidiscrete", "latent-difference", "latent-difference-continuous"])
def test_states_are_those_of_the_specification(name):
    losses = []
    for policy, features, goes_on in episodes(FIXTURES / name):
        logit = policy.linear("continue.out", policy.layers("continue", features))[:, 0]
        losses.append(np.logaddexp(0, logit) - goes_on * logit)
    expected = load_file(FIXTURES / name / "expected.safetensors")["loss.continue"]
    assert abs(np.mean(losses) - expected) < 1e-5
