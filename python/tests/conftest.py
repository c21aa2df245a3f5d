import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python"))
FIXTURE = ROOT / "Tests/Roles/LearnerServiceTests/Fixtures/2026-11-27"
# A run that is as small as a run can be: its training steps take milliseconds.
TINY = {
    "agent.batch": 4, "agent.length": 8, "agent.horizon": 3, "replay.prefill_steps": 64, "replay.replay_ratio": 8,
    "actors.trajectory_steps": 8, "learner.threads": 1, "learner.log_every": 0.2, "learner.checkpoint_seconds": 1,
    "evaluation.episodes": 10, "agent.image": 32,
}


def pytest_configure(config):
    config.addinivalue_line("markers", "program: starts the program dreamer, which the variable DREAMER names")


def pytest_collection_modifyitems(items):
    if os.environ.get("DREAMER"): return
    for item in items:
        if "program" in item.keywords: item.add_marker(pytest.mark.skip(reason="the variable DREAMER names no program"))


@pytest.fixture
def fixture_run(tmp_path):
    """A copy of the smallest run that earlier releases have left."""
    return pathlib.Path(shutil.copytree(FIXTURE, tmp_path / "release"))


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A run of Catch that has been trained a little, and what its metrics said meanwhile."""
    import swift_dreamer
    logdir = tmp_path_factory.mktemp("runs") / "catch"
    training = swift_dreamer.train(logdir, env="catch", size="nano", steps=1000, actors=1, settings=TINY)
    followed = list(training.follow())
    return training.wait(60), followed


@pytest.fixture
def learner(tmp_path):
    """Starts `dreamer learner` for a small run and gives its directory and address."""
    started = []

    def start(steps, *more):
        logdir = tmp_path / "learner"
        settings = [word for key, value in TINY.items() for word in ("--set", f"{key}={value}")]
        command = [os.environ["DREAMER"], "learner", "--listen", "127.0.0.1:0", "--logdir", str(logdir), "--env", "catch", "--size", "nano",
                   "--steps", str(steps), *settings, *more]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        started.append(process)
        words = []
        for line in process.stderr:
            words.append(line)
            if "listening on 127.0.0.1:" in line:
                port = line.split("127.0.0.1:")[1]
                port = "".join(c for i, c in enumerate(port) if port[:i + 1].isdigit())
                return process, logdir, f"127.0.0.1:{port}"
        raise AssertionError("".join(words))

    yield start
    for process in started:
        process.kill()
        process.wait()
