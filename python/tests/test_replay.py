import sqlite3

import numpy as np
import pytest
from swift_dreamer import Replay, Run
from swift_dreamer.experience import DamagedError


def test_a_replay_of_a_release_is_read(fixture_run):
    with Replay(fixture_run) as replay:
        assert len(replay) == 17 and replay.steps == 346
        taken = list(replay)
        assert sum(len(one) for _, one in taken) == replay.steps
        row, one = taken[0]
        assert one.images.shape == (16, 16, 16, 3) and one.actions.shape == (16, 3) and one.is_first[0]
        assert {row["file"] is None for row, _ in taken} == {True, False}, "payloads lie in the database and in files"
        for _, one in taken[:-1]:  # the last one is noise
            assert np.array_equal(one.actions.sum(1), ~one.is_first), "one-hot, but none at an episode's first step"
            assert set(np.unique(one.rewards)) <= {-1, 0, 1}
        frame = replay.frame()
        assert frame["steps"].sum() == 346 and replay.read(1).rewards.shape == (16,)


def test_damage_costs_a_trajectory(fixture_run):
    database = sqlite3.connect(fixture_run / "replay.sqlite")
    database.execute("UPDATE payload SET bytes = zeroblob(length(bytes)) WHERE id = 2")
    database.commit()
    database.close()
    with Replay(fixture_run) as replay:
        with pytest.raises(DamagedError, match="trajectory 2"): replay.read(2)
        with pytest.warns(UserWarning, match="trajectory 2"): taken = [row["id"] for row, _ in replay]
        assert taken == [1, *range(3, 18)]
        with pytest.raises(KeyError): replay.read(99)


def test_where_there_is_none_it_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="replay.sqlite"): Replay(tmp_path)
    with pytest.raises(FileNotFoundError, match="config.yaml"): Run(tmp_path)


def test_metrics_are_read_and_followed(fixture_run):
    path = fixture_run / "metrics.jsonl"
    path.write_bytes(b'{"kind":"episode","return":1,"time":0}\nnot JSON\n{"kind":"train","loss":{"image":2.5},"time":1.5}\n{"kind":"epis')
    run = Run(fixture_run)
    assert [line["return"] for line in run.episodes] == [1] and len(run.metrics()) == 2
    frame = run.frame("train")
    assert frame["loss.image"][0] == 2.5 and str(frame["time"][0]) == "1970-01-01 00:00:01.500000+00:00"
    assert run.configuration["agent"]["image"] == 16
    seen, rounds = [], iter([False, False, True])

    def until():
        last = next(rounds)
        with path.open("ab") as file: file.write(b'ode","return":2,"time":2}\n' if len(seen) == 2 else b"")
        return last

    for line in run.follow(until=until, interval=0.01): seen.append(line)
    assert [line.get("return") for line in seen] == [1, None, 2]
