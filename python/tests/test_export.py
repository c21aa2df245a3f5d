"""Exports of real runs, played by the program, by numpy and by onnxruntime."""
import json
import os
import subprocess
import sys

import numpy as np
import pytest
import swift_dreamer
from catch import Catch
from conftest import ROOT
from swift_dreamer import Policy

pytestmark = pytest.mark.program


def test_an_export_acts_here_as_there(trained, tmp_path):
    run, _ = trained
    swift_dreamer.dreamer("export", "--logdir", run.directory, "--out", tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    assert config["observation"] == {"image": [32, 32, 3]} and config["action"] == {"kind": "discrete", "size": 3, "groups": [3]}
    weights = tmp_path / "policy.safetensors"
    played = json.loads(swift_dreamer.dreamer("act", "--weights", weights, "--episodes", 5, "--json", "--trace", tmp_path / "trace.safetensors"))
    assert played["episodes"] == 5 and len(played["returns"]) == 5
    again = json.loads(swift_dreamer.dreamer("act", "--weights", weights, "--episodes", 5, "--json"))
    assert again == played, "the same seeds play the same episodes"
    compare = [sys.executable, ROOT / "python/tests/compare_export.py", tmp_path]
    done = subprocess.run(compare, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT / "python")})
    assert done.returncode == 0 and "onnx" in done.stdout, done.stdout + done.stderr
    with pytest.raises(swift_dreamer.program.ProgramError, match="does not fit the policy: .*image"):
        swift_dreamer.dreamer("act", "--weights", weights, "--env", "cartpole/balance", "--set", "agent.image=64")


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_weights_of_the_wire_are_those_of_an_export(learner, tmp_path, precision):
    """The actor's policy is put together from a broadcast: it acts as the exported file of the same version does."""
    process, logdir, address = learner(200, "--agent", "mudreamer", "--set", f"learner.weights_precision={precision}")
    player = swift_dreamer.Actor(address, logdir / "token", Catch(), name="one", seed=3)
    player.run()
    assert process.wait(60) == 0
    swift_dreamer.dreamer("export", "--logdir", logdir, "--out", tmp_path)
    exported = Policy.load(tmp_path / "policy.safetensors")
    assert exported.w.keys() == player.policy.w.keys()
    assert all(exported.w[name].shape == player.policy.w[name].shape for name in exported.w)
    halves = [not (np.ascontiguousarray(values).view(np.uint32) & 0xFFFF).any() for values in player.policy.w.values()]
    assert all(halves) == (precision == "bfloat16")
