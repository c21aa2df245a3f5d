"""What tests of groups of learners share: how they are started, and the comparison of receipts with the ranks' replays."""

import contextlib
import json
import pathlib
import sqlite3
import subprocess

from attacks import Failed, say
from machines import system

# As root, too, and with more processes than there are processors.
MPIRUN = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none"]


def directory(logdir, rank):
    return logdir / f"rank-{rank}" if rank else logdir


def build_library(home):
    return system(str(pathlib.Path(__file__).with_name("build-mpi")), str(home)).split()[-1]


def keys(replay, table="trajectory"):
    with contextlib.closing(sqlite3.connect(f"file:{replay}?mode=ro", uri=True)) as database:
        columns = "actor, incarnation" + (", sequence" if table == "trajectory" else "")
        return database.execute(f"SELECT {columns} FROM {table}").fetchall()


def compare(program, home, ranks, receipts):
    """What actors were told is stored must be at the rank that took the incarnation, once and with the bytes that were sent,
    and nothing of it at another rank. Returns how many receipts there are, and how many trajectories at each rank."""
    replays = [rank / "replay.sqlite" for rank in ranks]
    stored = [keys(replay) for replay in replays]
    if len(set().union(*stored)) < sum(map(len, stored)):
        raise Failed("a trajectory is stored twice")
    # Databases keep incarnations as signed numbers.
    owners = {(actor, incarnation % (1 << 64)): rank
              for rank, replay in enumerate(replays) for actor, incarnation in keys(replay, "progress")}
    shares = [[] for _ in ranks]
    for path in receipts:
        for line in path.read_text().splitlines(keepends=True):
            actor, incarnation = line.split(",")[:2]
            # What no rank knows is missing at the first.
            shares[owners.get((actor, int(incarnation)), 0)].append(line)
    acknowledged = 0
    for rank, lines in enumerate(shares):
        path = home / f"receipts-of-rank-{rank}.csv"
        path.write_text("".join(lines))
        done = subprocess.run([program, "verify", "--logdir", str(ranks[rank]), str(path)], capture_output=True, text=True)
        say(f"rank {rank}: {' '.join(done.stdout.split())}")
        if done.returncode != 0 or not lines:
            raise Failed(f"rank {rank}: {done.stderr.strip() or 'nothing was acknowledged there'}")
        acknowledged += json.loads(done.stdout)["acknowledged"]
    return acknowledged, [len(rows) for rows in stored]
