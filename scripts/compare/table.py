#!/usr/bin/env python3
"""Prints what `scripts/compare/run` has measured: OUT/AGENT-sSEED-ours and OUT/AGENT-sSEED-theirs.

    scripts/compare/table.py runs/compare [--threshold 0.5]
"""
import argparse
import json
import math
import pathlib
import sys

WINDOW = 100


def read(directory, threshold):
    """Of a run: agent steps until the mean return of the last episodes has reached the threshold (nothing where it never has), training steps,
    and seconds from the run's beginning to its last training step."""
    lines = [json.loads(line) for line in (directory / "metrics.jsonl").read_text().splitlines()]
    episodes = [line for line in lines if line["kind"] == "episode"]
    windows = (episodes[end - WINDOW:end] for end in range(WINDOW, len(episodes) + 1))
    reached = next((window[-1]["agent_steps"] for window in windows if sum(line["return"] for line in window) >= threshold * WINDOW), None)
    start, last = (next(line for line in order if line["kind"] == kind) for order, kind in ((lines, "start"), (lines[::-1], "train")))
    return reached, last["train_steps"], last["time"] - start["time"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--threshold", type=float, default=0.5, help="mean return of the last 100 episodes that counts as learned")
    options = parser.parse_args()
    pairs = [(ours, ours.with_name(ours.name.removesuffix("ours") + "theirs")) for ours in sorted(options.out.glob("*-ours"))]
    pairs = [pair for pair in pairs if pair[1].exists()]
    if not pairs: sys.exit(f"table: {options.out} has no run of both")
    print(f"{'':20}{'steps to ' + format(options.threshold, 'g'):>18}{'training steps':>18}{'seconds':>18}")
    print(f"{'agent':14}{'seed':>6}" + 3 * f"{'ours':>9}{'theirs':>9}" + f"{'theirs / ours':>15}")
    logarithms = []
    for ours, theirs in pairs:
        agent, seed = ours.name.removesuffix("-ours").rsplit("-s", 1)
        columns = list(zip(read(ours, options.threshold), read(theirs, options.threshold)))
        factor = columns[2][1] / columns[2][0]
        cells = ["never" if value is None else f"{value:.0f}" for column in columns for value in column]
        print(f"{agent:14}{seed:>6}" + "".join(f"{cell:>9}" for cell in cells) + f"{factor:15.2f}")
        logarithms.append(math.log(factor))
    print(f"wall time, theirs / ours: {math.exp(sum(logarithms) / len(logarithms)):.2f} (geometric mean of {len(pairs)} pairs)")


if __name__ == "__main__": main()
