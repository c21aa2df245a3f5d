"""The plain PyTorch that the program is compared with: it is the same agent, plays the same game, and its runs are read like any other."""
import importlib.util
import json
import os
import subprocess
import sys

import numpy as np
import pytest
import swift_dreamer
from conftest import ROOT, TINY
from safetensors.numpy import load_file

COMPARE = ROOT / "scripts/compare"
sys.path.insert(0, str(COMPARE))
import game

needs_torch = pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="there is no torch: see scripts/compare/requirements.txt")
needs_yaml = pytest.mark.skipif(not importlib.util.find_spec("yaml"), reason="there is no yaml: see scripts/compare/requirements.txt")


def run(script, *words):
    # Side by side with whatever else is tested.
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, COMPARE / script, *words], capture_output=True, text=True, env=environment)


@needs_torch
def test_its_steps_are_those_of_the_fixtures():
    done = run("check.py")
    assert done.returncode == 0, done.stdout + done.stderr
    compared = {line.split(":")[0] for line in done.stdout.splitlines() if "left out" not in line}
    assert compared == {"dreamerv3", "dreamerv3-rounded"} | {f"dymodreamer{of}" for of in ("", "-rounded", "-release", "-poster-divergence")}


@needs_torch
def test_what_it_is_not_is_one_line():
    done = run("check.py", "mudreamer")
    assert done.returncode == 1 and done.stderr == 'check: mudreamer: agent.reconstruction is "detached"; there is only "full" here\n'


@pytest.mark.program
def test_its_catch_is_the_programs(trained, tmp_path):
    swift_dreamer.dreamer("export", "--logdir", trained[0].directory, "--out", tmp_path)
    trace_file = tmp_path / "trace.safetensors"
    played = swift_dreamer.dreamer(
        "act", "--weights", tmp_path / "policy.safetensors", "--episodes", 40, "--policy", "sample", "--json", "--trace", trace_file)
    trace, returns = load_file(trace_file), json.loads(played)["returns"]
    environments = trace["first"].shape[1]
    for number in range(environments):
        images, first, actions = (trace[name][:, number] for name in ("image", "first", "action"))
        # Episodes are counted in turn; a slot that has played its share goes on.
        wanted = returns[number::environments]
        assert played_again(game.Catch(32, seed=0), images, first, actions)[:len(wanted)] == wanted
    assert set(returns) == {-1, 1}


def begin_as(catch, image):
    """Starts the episode that begins with this picture."""
    found = [column for column in range(game.COLUMNS) if np.array_equal(catch.reset(column), image)]
    assert len(found) == 1, "an episode begins with a ball in one of the columns"
    catch.reset(found[0])


def played_again(catch, images, first, actions):
    """The returns of the episodes in a trace, while the game shows what the trace shows. The last picture of all is not in it."""
    returns, moves = [], [int(action.argmax()) for action in actions]
    for t, move in enumerate(moves):
        if first[t]: begin_as(catch, images[t])
        if t + 1 < len(moves) and first[t + 1]: continue
        picture, reward, over = catch.step(move)
        if over: returns.append(reward)
        if t + 1 < len(moves): assert np.array_equal(picture, images[t + 1]) and over == (t + 2 < len(moves) and bool(first[t + 2]))
    return returns


@needs_torch
@needs_yaml
def test_its_sequences_are_what_was_played():
    import train
    random = np.random.default_rng(3)
    players, replay = train.Players(2, 32, seed=5), train.Replay(2, 45, 32, 3, trajectory=16, random=random)
    ended, catch = [], game.Catch(32, seed=0)
    for _ in range(45):
        step, episodes = players.step(random.integers(3, size=2))
        replay.add(**step)
        ended += episodes
    assert len(ended) == 8 and {length for _, _, length in ended} == {9}
    # Of 45 steps 32 are in whole trajectories, and a sequence takes twelve and the picture before them.
    assert replay.starts(12) == 20 and replay.starts(40) == 0
    batch = {name: tensor.numpy() for name, tensor in replay.draw(64, 12).items()}
    assert batch["image"].shape == (64, 13, 32, 32, 3) and batch["action"].shape == (64, 12, 3)
    checked = 0
    columns = (batch[name] for name in ("image", "action", "reward", "is_first", "is_terminal"))
    for images, actions, rewards, first, terminal in zip(*columns):
        begun = False
        for t in range(12):
            if first[t]:
                begin_as(catch, images[t + 1])
                begun = True
                assert not actions[t].any() and rewards[t] == 0 and not terminal[t]
            elif begun:
                picture, reward, over = catch.step(int(actions[t].argmax()))
                assert np.array_equal(picture, images[t + 1]) and reward == rewards[t] and over == terminal[t] and actions[t].sum() == 1
                checked += 1
    assert checked > 64 and len({images.tobytes() for images in batch["image"]}) > 20


@needs_torch
@needs_yaml
def test_what_it_cannot_train_on_is_one_line(tmp_path):
    whole = {
        "run": {"steps": 9}, "environment": {"id": "catch"}, "actors": {"count": 1, "environments_per_actor": 1}, "replay": {"capacity_steps": 9},
        "agent": {"image": 64, "actions": 3}}
    cases = [
        ({"environment": {"id": "atari/pong"}}, "train: environment.id must be catch here\n"),
        ({"environment": {"id": "catch", "decoys": 2}}, "train: environment.decoys must be null here\n"),
        ({"agent": {**whole["agent"], "vector": 4}}, "train: agent.vector is 4; there is only 0 here\n"),
        ({"run": {}}, f"train: {tmp_path / 'settings.yaml'} is no whole configuration, as `dreamer config --plain` prints it: 'steps'\n")]
    for change, line in cases:
        (tmp_path / "settings.yaml").write_text(json.dumps(whole | change))
        done = run("train.py", "--config", tmp_path / "settings.yaml", "--logdir", tmp_path / "none")
        assert (done.returncode, done.stderr) == (1, line) and not (tmp_path / "none").exists()


@needs_torch
@needs_yaml
@pytest.mark.program
def test_a_report_tells_its_runs_from_the_programs(trained, tmp_path):
    settings = [word for key, value in {**TINY, "run.seed": 1}.items() for word in ("--set", f"{key}={value}")]
    arguments = ["--env", "catch", "--size", "nano", "--steps", "1000", "--actors", "2", *settings]
    (tmp_path / "settings.yaml").write_text(swift_dreamer.dreamer("config", *arguments, "--plain"))
    done = run("train.py", "--config", tmp_path / "settings.yaml", "--logdir", tmp_path / "plain")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in (tmp_path / "plain/metrics.jsonl").read_text().splitlines()]
    episodes, last = [line for line in lines if line["kind"] == "episode"], [line for line in lines if line["kind"] == "train"][-1]
    # Two environments, ten steps an episode; (1000 − 64) · 8 replayed steps in batches of 4 × 8.
    assert len(episodes) == 100 and {line["length"] for line in episodes} == {9} and {line["return"] for line in episodes} <= {-1, 1}
    assert last["agent_steps"] == 1000 and last["train_steps"] == 234 and last["loss.image"] > 0
    swift_dreamer.dreamer("report", tmp_path / "plain", trained[0].directory, "--output", tmp_path / "report", "--threshold", 0.5)
    groups = (tmp_path / "report/learning-speeds.csv").read_text().splitlines()[1:]
    assert len({line.split(",")[1] for line in groups}) == 2, groups
    again = run("train.py", "--config", tmp_path / "settings.yaml", "--logdir", tmp_path / "plain")
    assert again.returncode == 1 and again.stderr.endswith("exists; name a new directory\n")


def test_the_table_counts_steps_and_seconds(tmp_path):
    def write(name, seconds, learned):
        lines = [{"kind": "start", "time": 100.0}, {"kind": "train", "time": 100 + seconds, "train_steps": 7}]
        # A hundred losses, then wins only: the last hundred have a mean of 0.5 when 75 of them are won.
        returns = 100 * [-1] + 200 * [1 if learned else -1]
        episodes = [{"kind": "episode", "time": 101.0, "agent_steps": 10 * n, "return": value} for n, value in enumerate(returns, 1)]
        (tmp_path / name).mkdir()
        (tmp_path / name / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines[:1] + episodes + lines[1:]))
    for name, seconds, learned in [("a-s0-ours", 10, True), ("a-s0-theirs", 20, False), ("a-s1-ours", 10, True), ("a-s1-theirs", 80, True)]:
        write(name, seconds, learned)
    write("a-s2-ours", 10, True)
    done = run("table.py", tmp_path)
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[2] == ["a", "0", "1750", "never", "7", "7", "10", "20", "2.00"]
    assert rows[3] == ["a", "1", "1750", "1750", "7", "7", "10", "80", "8.00"]
    assert rows[4][:5] == ["wall", "time,", "theirs", "/", "ours:"] and rows[4][5] == "4.00" and len(rows) == 5
