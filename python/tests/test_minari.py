"""Episodes of a Minari-like file, as `dreamer import` takes them."""
import glob
import subprocess
import sys

import numpy as np
import pytest
import swift_dreamer
from conftest import ROOT
from swift_dreamer.minari import from_minari

h5py = pytest.importorskip("h5py")


def write(path, lengths=(5, 3), terminal=(True, False), image=False, width=5):
    """A file of episodes whose observations, actions and rewards are told apart by their values."""
    random = np.random.default_rng(1)
    with h5py.File(path, "w") as file:
        for number, (steps, ends) in enumerate(zip(lengths, terminal)):
            group = file.create_group(f"episode_{number}")
            if image:
                parts = group.create_group("observations")
                parts["picture"] = random.integers(0, 256, (steps + 1, 16, 16, 3), np.uint8)
                parts["b"], parts["a"] = random.normal(size=(steps + 1, 2)), random.normal(size=steps + 1)
                group["actions"] = random.integers(0, 3, steps)
            else:
                group["observations"] = random.normal(size=(steps + 1, width))
                group["actions"] = random.uniform(-2, 2, (steps, 1))
            group["rewards"] = random.normal(size=steps)
            group["terminations"] = [False] * (steps - 1) + [ends]
            group["truncations"] = [False] * (steps - 1) + [not ends]
    return path


def test_episodes_become_files_in_their_order(tmp_path):
    path = write(tmp_path / "data.hdf5")
    files = from_minari(path, tmp_path / "out", low=-2, high=2)
    assert [file.name for file in files] == ["000000.npz", "000001.npz"]
    with h5py.File(path) as source, np.load(files[0]) as one, np.load(files[1]) as other:
        episode = source["episode_0"]
        assert np.allclose(one["vector"], episode["observations"]) and one["vector"].dtype == np.float32
        assert np.allclose(one["action"][:-1], np.asarray(episode["actions"]) / 2) and not one["action"][-1].any()
        assert np.allclose(one["reward"][1:], episode["rewards"]) and one["reward"][0] == 0
        assert list(one["is_first"]) == [True] + 5 * [False] and list(one["is_last"]) == 5 * [False] + [True]
        assert list(one["is_terminal"]) == 5 * [False] + [True] and not other["is_terminal"].any()


def test_pictures_and_numbers_are_told_apart(tmp_path):
    path = write(tmp_path / "data.hdf5", image=True)
    with h5py.File(path) as source, np.load(from_minari(path, tmp_path / "out")[1]) as one:
        parts = source["episode_1"]["observations"]
        assert np.array_equal(one["image"], parts["picture"]) and one["action"].shape == (4,)
        assert np.allclose(one["vector"], np.column_stack([parts["a"], parts["b"]]))


def test_what_does_not_fit_is_one_line(tmp_path):
    path = write(tmp_path / "data.hdf5")
    with pytest.raises(ValueError, match="episode_0: actions leave the range"):
        from_minari(path, tmp_path / "out")
    with h5py.File(tmp_path / "empty.hdf5", "w") as file: file["other"] = [1]
    with pytest.raises(ValueError, match="no group episode_N: it holds other"):
        from_minari(tmp_path / "empty.hdf5", tmp_path / "out")
    with h5py.File(path, "a") as file: del file["episode_1"]["rewards"]
    done = subprocess.run(
        [sys.executable, "-m", "swift_dreamer.minari", path, tmp_path / "out", "--low", "-2", "--high", "2"], cwd=ROOT / "python",
        capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "episode_1" in done.stderr


@pytest.mark.program
def test_the_program_takes_them(tmp_path):
    path = write(tmp_path / "data.hdf5", lengths=(40, 30))
    files = from_minari(path, tmp_path / "out", low=-2, high=2)
    swift_dreamer.dreamer(
        "import", *map(str, files), "--logdir", str(tmp_path / "run"), "--env", "cartpole/balance", "--set",
        "environment.observe=vector")
    with swift_dreamer.Replay(tmp_path / "run") as replay:
        taken = [one for _, one in replay]
    assert sum(len(one) for one in taken) == 72
    vectors, actions = (np.concatenate([getattr(one, key) for one in taken]) for key in ("vectors", "actions"))
    with h5py.File(path) as source:
        assert np.allclose(vectors[:41], source["episode_0"]["observations"])
        # There an action is the one that led to the step.
        assert np.allclose(actions[42:], np.asarray(source["episode_1"]["actions"]) / 2) and not actions[41].any()
    assert [int(one.is_first.sum()) for one in taken if one.is_first.any()] and glob.glob(str(tmp_path / "run/replay.sqlite"))
