#!/usr/bin/env python3
"""Trains agent.py on Catch in one process: acting and training take turns, as the replay ratio asks. Leaves config.yaml and metrics.jsonl
(docs/metrics.md), which `dreamer report` takes.

    dreamer config --preset catch-demo --agent dreamerv3 --plain > settings.yaml
    scripts/compare/train.py --config settings.yaml --logdir runs/plain [--threads 2]
"""
import argparse
import json
import pathlib
import sys
import time

import numpy as np
import torch
import yaml

from agent import Agent, OutOfScope, agent_settings
from game import Catch


class Replay:
    """Every step of every environment, in the order in which it came: its picture, the action that led to it, its reward and flags. Sequences
    begin anywhere and go on over the ends of episodes, as the program's do; what is not yet a whole trajectory is not drawn."""

    def __init__(self, environments, steps, side, actions, trajectory, random):
        self.columns = {
            "image": np.zeros((environments, steps, side, side, 3), np.uint8), "action": np.zeros((environments, steps, actions), np.float32),
            "reward": np.zeros((environments, steps), np.float32), "is_first": np.zeros((environments, steps), bool),
            "is_terminal": np.zeros((environments, steps), bool)}
        self.environments, self.trajectory, self.random, self.count = environments, trajectory, random, 0

    def add(self, **step):
        """One step of all environments."""
        for name, values in step.items(): self.columns[name][:, self.count] = values
        self.count += 1

    def starts(self, length):
        """How many sequences of `length` steps, and the picture before them, each environment has."""
        return max(0, self.count // self.trajectory * self.trajectory - length)

    def draw(self, batch, length):
        """Sequences that are equally probable, as Agent.find_gradients takes them."""
        environments = self.random.integers(self.environments, size=batch)[:, None]
        frames = self.random.integers(self.starts(length), size=batch)[:, None] + np.arange(length + 1)
        return {
            name: torch.from_numpy(column[environments, frames if name == "image" else frames[:, 1:]]) for name, column in self.columns.items()}


class Players:
    """The environments; an episode that is over makes way for the next one, whose first picture is a step, too."""

    def __init__(self, environments, side, seed):
        self.games = [Catch(side, seed=[seed, number]) for number in range(environments)]
        self.returns, self.lengths = np.zeros(environments), np.zeros(environments, int)
        self.over = np.ones(environments, bool)

    def step(self, actions):
        """What the replay keeps of this step, and the episodes that it ended: environment, return, length."""
        side, hot = len(self.games[0].empty), np.eye(Catch.actions, dtype=np.float32)
        step = {
            "image": np.empty((len(self.games), side, side, 3), np.uint8), "reward": np.zeros(len(self.games), np.float32),
            "action": np.where(self.over[:, None], 0, hot[actions]), "is_first": self.over.copy(), "is_terminal": np.zeros(len(self.games), bool)}
        for number, game in enumerate(self.games):
            if self.over[number]: step["image"][number], self.returns[number], self.lengths[number] = game.reset(), 0, 0
            else:
                step["image"][number], step["reward"][number], step["is_terminal"][number] = game.step(int(actions[number]))
                self.returns[number], self.lengths[number] = self.returns[number] + step["reward"][number], self.lengths[number] + 1
        self.over = step["is_terminal"]
        return step, [(number, float(self.returns[number]), int(self.lengths[number])) for number in np.flatnonzero(self.over)]


class Metrics:
    """metrics.jsonl: `start`, `episode`, and every `interval` seconds `train` with the means since the one before."""

    def __init__(self, path, interval):
        self.file, self.interval, self.begun = open(path, "w", buffering=1), interval, time.time()
        self.last, self.sums, self.steps = self.begun, {}, 0

    def write(self, kind, **values):
        self.file.write(json.dumps({"kind": kind, "time": round(time.time(), 3), **values}, sort_keys=True, separators=(",", ":")) + "\n")

    def add(self, values):
        """Of one training step."""
        for name, value in values.items(): self.sums[name] = self.sums.get(name, 0) + float(value)
        self.steps += 1

    def trained(self, at_end=False, **state):
        seconds = time.time() - self.last
        if not self.steps or seconds < self.interval and not at_end: return
        means = {name: value / self.steps for name, value in self.sums.items()}
        self.write("train", train_steps_per_second=self.steps / seconds, replayed_staleness=None, skipped_steps=0, **state, **means)
        self.last, self.sums, self.steps = time.time(), {}, 0


def read_settings(path):
    """A configuration of the program's. What this script cannot do is said in one line."""
    try:
        settings = yaml.safe_load(path.read_text())
        refuse_others(settings)
        agent_settings(settings["agent"])
    except (OSError, yaml.YAMLError, OutOfScope) as error: sys.exit(f"train: {error}")
    except (KeyError, TypeError) as error: sys.exit(f"train: {path} is no whole configuration, as `dreamer config --plain` prints it: {error}")
    # All environments are in this process. It is what tells these runs from the program's in a report, too.
    actors = settings["actors"]
    actors["environments_per_actor"] *= actors["count"]
    actors["count"] = 1
    return settings


def refuse_others(settings):
    refuse = lambda key, wanted: sys.exit(f"train: {key} must be {wanted} here")
    task = settings["environment"]
    if task["id"] != "catch": refuse("environment.id", "catch")
    for key in ("action_repeat", "time_limit", "no_ops", "sticky", "wrappers", "ball", "decoys", "noise"):
        if task.get(key) is not None: refuse(f"environment.{key}", "null")
    if settings["run"].get("offline"): refuse("run.offline", "false")
    if settings["replay"].get("online"): refuse("replay.online", "false")
    if settings["replay"]["capacity_steps"] < settings["run"]["steps"]: refuse("replay.capacity_steps", "run.steps at least")


def train(settings, logdir):
    run, keys, pace, actors = settings["run"], settings["agent"], settings["replay"], settings["actors"]
    environments, batch, length = actors["environments_per_actor"], keys["batch"], keys["length"]
    random = np.random.default_rng(run["seed"])
    torch.manual_seed(run["seed"])
    metrics = Metrics(logdir / "metrics.jsonl", settings["learner"]["log_every"])
    metrics.write(
        "start", environment="catch", agent=keys["agent"], target_steps=run["steps"], action_repeat=1, actors=1, target_train_steps=None)
    agent = Agent(keys)
    players = Players(environments, keys["image"], run["seed"])
    rounds = -(-run["steps"] // environments)
    replay = Replay(environments, rounds, keys["image"], Catch.actions, actors["trajectory_steps"], random)
    state = {"train_steps": 0, "policy_version": 0, "agent_steps": 0, "replayed_steps": 0}
    latent, actions, shown = agent.rssm.start().detach(), np.zeros(environments, int), None
    for _ in range(rounds):
        step, ended = players.step(actions)
        before, shown = shown if shown is not None else step["image"], step["image"]
        replay.add(**step)
        state["agent_steps"] += environments
        for number, value, steps in ended:
            metrics.write(
                "episode", actor="plain", environment=int(number), length=steps, policy_version=state["policy_version"],
                agent_steps=state["agent_steps"], failed=False, achievements=None, **{"return": value})
        due = (state["agent_steps"] - pace["prefill_steps"]) * pace["replay_ratio"]
        while state["replayed_steps"] + batch * length <= due and replay.starts(length):
            metrics.add(agent.find_gradients(replay.draw(batch, length), agent.numbers_to_learn(batch, length)) | agent.step())
            state["train_steps"] += 1
            state["policy_version"] += 1
            state["replayed_steps"] += batch * length
            metrics.trained(**state)
        if not state["train_steps"]: actions = random.integers(Catch.actions, size=environments)
        else:
            images, frames_before, first, taken = (torch.from_numpy(x) for x in (step["image"], before, step["is_first"], step["action"]))
            latent, actions = agent.act(images, frames_before, first, latent, taken, agent.numbers_to_act(environments))
    metrics.trained(at_end=True, **state)
    return state, time.time() - metrics.begun


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--config", type=pathlib.Path, required=True, help="settings, as `dreamer config --plain` prints them")
    parser.add_argument("--logdir", type=pathlib.Path, required=True, help="directory of the run, a new one")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    settings = read_settings(options.config)
    try: options.logdir.mkdir(parents=True)
    except FileExistsError: sys.exit(f"train: {options.logdir} exists; name a new directory")
    (options.logdir / "config.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    state, seconds = train(settings, options.logdir)
    print(f"{state['agent_steps']} agent steps, {state['train_steps']} training steps, {seconds:.1f} s")


if __name__ == "__main__": main()
