"""With the program itself: real runs, a real learner, the notebook."""
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
import swift_dreamer
from catch import Catch
from conftest import ROOT
from swift_dreamer.connection import Refused

pytestmark = pytest.mark.program


def test_a_run_is_started_followed_and_read(trained):
    run, followed = trained
    kinds = {line["kind"] for line in followed}
    assert {"start", "episode", "train", "progress"} <= kinds and len(followed) == len(run.metrics())
    assert run.configuration["agent"]["image"] == 32 and run.configuration["environment"]["id"] == "catch"
    assert len(run.evaluations) == 1 and run.evaluations[0]["episodes"] == 10
    with run.replay as replay:
        assert replay.steps >= 1000
        images = np.concatenate([one.images for _, one in replay])
        assert images.shape[1:] == (32, 32, 3) and images.max() > 0
        starts = sum(int(one.is_first.sum()) for _, one in replay)
    frame = run.frame("episode")
    # An episode is reported before the trajectory that it ends in, of which a few may come after the last that is stored.
    assert abs(len(frame) - starts) <= 5 and set(frame["return"]) <= {-1, 1}


def test_a_mistake_is_one_line(tmp_path):
    with pytest.raises(swift_dreamer.program.ProgramError, match="no-such-thing"):
        swift_dreamer.train(tmp_path / "run", env="no-such-thing").wait(60)


def test_an_actor_in_python_feeds_a_learner_until_the_run_is_complete(learner):
    process, logdir, address = learner(600, "--set", "learner.credit_bytes=50000")
    player = swift_dreamer.Actor(address, logdir / "token", Catch(), name="in-python", seed=1)
    returns = player.run()
    assert process.wait(60) == 0
    run = swift_dreamer.Run(logdir)
    with run.replay as replay:
        rows = replay.rows()
        assert {row["actor"] for row in rows} == {"in-python"} and replay.steps >= 600
        # Exactly once: numbers without gaps, steps without gaps.
        assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))
        assert [row["first_step"] for row in rows] == list(np.cumsum([0] + [row["steps"] for row in rows])[:-1])
        versions = np.concatenate([one.versions for _, one in replay])
    trained = run.metrics("progress")[-1]["train_steps"]
    assert trained > 20 and versions.max() > 0, "the learner's policy played, and its play was trained on"
    assert player.policy.version > 1 and len(returns) > 30
    reported = run.episodes
    assert len(reported) > 20 and {line["actor"] for line in reported} == {"in-python"}


def test_an_actor_with_its_own_function_and_a_wrong_token(learner):
    _, logdir, address = learner(100_000)
    with pytest.raises(Refused, match="token"):
        swift_dreamer.Actor(address, "f" * 64, Catch(), name="stranger").run(steps=10)
    seen = []

    def act(observation, first, policy):
        seen.append(first)
        image = observation["image"]
        ball, paddle = image[:-4, :, 0].max(0).argmax() // 4, image[-1, :, 0].argmax() // 4
        return np.eye(3)[1 + np.sign(int(ball) - int(paddle))]

    player = swift_dreamer.Actor(address, logdir / "token", Catch(), act=act, name="expert", seed=2)
    assert player.run(steps=70)[:9] == [1.0] * 9, "whoever looks catches every ball"
    assert player.outbox.stored == player.outbox.next_sequence - 1 and sum(seen) == 10
    with swift_dreamer.Replay(logdir) as replay: assert replay.steps == 70 + 10


def test_the_package_installs_and_the_notebook_runs(trained, tmp_path):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    target, source = tmp_path / "site", shutil.copytree(ROOT / "python", tmp_path / "source")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target", target, source]
    assert subprocess.run(command, capture_output=True).returncode == 0
    assert sorted(path.name for path in target.iterdir() if not path.name.endswith(".dist-info")) == ["swift_dreamer"]
    notebook = nbformat.read(ROOT / "python/examples/reading_a_run.ipynb", as_version=4)
    os.environ["RUN"], os.environ["PYTHONPATH"] = str(trained[0].directory), str(target)
    try: nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    finally: del os.environ["RUN"], os.environ["PYTHONPATH"]
    shown = "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))
    assert "evaluation" in shown and str(target) in shown, shown
