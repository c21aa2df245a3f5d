"""Takes the steps of traces again, with numpy and with onnxruntime, and compares.

Each directory holds policy.safetensors and trace.safetensors, and may hold policy.onnx.
Usage: compare_export.py DIRECTORY...; the status is 1 where anything differs by more than 1e-4.
"""
import json
import pathlib
import sys

import numpy as np
from safetensors.numpy import load_file

from swift_dreamer.acting import Policy

TOLERANCE = 1e-4


def noises(trace, t):
    return {k.removeprefix("noise_"): v[t] for k, v in trace.items() if k.startswith("noise_")}


def observation(trace, t):
    return {k: trace[k][t] for k in ("image", "vector") if k in trace}


def names(trace):
    return ["probabilities"] if "probabilities" in trace else ["mean", "deviation"]


def with_numpy(directory, trace):
    policy, worst, chosen = Policy.load(directory / "policy.safetensors"), 0.0, Chosen()
    for t in range(len(trace["first"])):
        sample = policy.act(**observation(trace, t), first=trace["first"][t], noise=noises(trace, t))
        chosen.compare(trace["action"][t], sample, policy.mode)
        policy.state = *policy.state[:3], trace["action"][t]
        for name, values in zip(names(trace), policy.distribution, strict=True):
            worst = max(worst, np.abs(values - trace[name][t]).max())
    return max(worst, chosen.worst)


class Chosen:
    """What was done was drawn in every step, or was the most probable action in every step."""

    def __init__(self): self.sample = self.mode = 0.0
    def compare(self, done, sample, mode):
        self.sample, self.mode = max(self.sample, np.abs(done - sample).max()), max(self.mode, np.abs(done - mode).max())
    @property
    def worst(self): return min(self.sample, self.mode)


def with_onnx(directory, trace):
    import onnx
    import onnxruntime
    path = directory / "policy.onnx"
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    config = json.loads({p.key: p.value for p in model.metadata_props}["config"])
    assert config == json.loads((directory / "config.json").read_text()), "the graph's description is another"
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    inputs, outputs = {i.name: i for i in session.get_inputs()}, [o.name for o in session.get_outputs()]
    rows = trace["first"].shape[1]
    state = {k: np.zeros((rows, inputs[k].shape[1]), np.float32) for k in ("h", "z", "d", "action") if k in inputs}
    worst, chosen, frames, ages = 0.0, Chosen(), [], np.zeros(rows, int)
    for t in range(len(trace["first"])):
        feed = {**state, **observation(trace, t), "first": trace["first"][t].astype(bool) | (t == 0)}
        feed |= {f"noise_{k}": v for k, v in noises(trace, t).items()}
        if "previous" in inputs:  # what the caller keeps: the image `mask_step` steps before, or the episode's first
            back = np.clip(ages, 1, config["agent"]["mask_step"])
            feed["previous"] = np.stack([frames[-b][r] for r, b in enumerate(back)]) if frames else feed["image"]
            frames.append(feed["image"])
            ages = np.where(feed["first"], 1, ages + 1)
        assert feed.keys() == inputs.keys(), (sorted(feed), sorted(inputs))
        got = dict(zip(outputs, session.run(outputs, feed)))
        for name in names(trace): worst = max(worst, np.abs(got[name] - trace[name][t]).max())
        chosen.compare(trace["action"][t], got["action_sample"], got["action_mode"])
        state = {k: trace["action"][t] if k == "action" else got[f"{k}_next"] for k in state}
    return max(worst, chosen.worst)


def main(directories):
    failed = 0
    for directory in map(pathlib.Path, directories):
        trace = load_file(directory / "trace.safetensors")
        assert len(np.unique(trace["action"])) > 1, "a trace of one action shows nothing"
        results = {"numpy": with_numpy(directory, trace)}
        if (directory / "policy.onnx").exists(): results["onnx"] = with_onnx(directory, trace)
        for kind, worst in results.items():
            failed += not worst <= TOLERANCE
            print(f"{directory.name} {kind}: largest difference {worst:.1e} over {len(trace['first'])} steps")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
