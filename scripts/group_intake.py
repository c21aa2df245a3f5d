"""What a group of learners takes in beside one learner: each has one processor, which it shares with its actors."""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time

import groups
from attacks import Failed, kill, say

# What `dreamer stress` makes of its learner, for a learner as it comes: one that never has enough and does not train.
SETTINGS = {
    "environment.id": "stress", "agent.image": 64, "agent.channels": 3, "agent.actions": 6, "run.steps": 1 << 40,
    "replay.capacity_steps": 1 << 39, "replay.prefill_steps": 1 << 38, "replay.replay_ratio": 1e-6,
    "learner.credit_bytes": 16 * 64 * 12_500, "learner.threads": 1, "learner.picture_seconds": 0,
    "dashboard.listen": "null",
}
CONNECTIONS = 4
PATIENCE = 120
# Seconds after the first receipts, in which processes still start.
WARM = 1


class Intake:
    """Learners, by mpirun where there are several, and for each a process of synthetic actors."""

    def __init__(self, program, home, processors):
        self.program, self.home, self.processors = program, home, processors
        self.logdir = home / "run"
        home.mkdir()
        self.messages = open(home / "messages.log", "ab", buffering=0)
        self.learners, self.actors = None, []

    def start_learners(self):
        options = [word for key, value in SETTINGS.items() for word in ("--set", f"{key}={value}")]
        learner = [self.program, "learner", "--task-is-tried", "--size", "nano", "--logdir", str(self.logdir), "--listen",
                   "127.0.0.1:0", "--address-file", str(self.home / "address"), "--progress", "none", *options]
        one, *others = [["taskset", "-c", str(processor), *learner] for processor in self.processors]
        if others:
            rank = ["-x", f"DREAMER_MPI_LIBRARY={groups.build_library(self.home)}", "-n", "1"]
            one = [*groups.MPIRUN, *rank, *one, *(word for other in others for word in (":", *rank, *other))]
        self.learners = self.spawn(one)

    def start_actors(self):
        for rank, processor in enumerate(self.processors):
            address = self.home / (f"address.{rank}" if rank else "address")
            self.wait_for("a learner's address", address.exists)
            place = json.loads(address.read_text())
            self.actors.append(self.spawn([
                "taskset", "-c", str(processor), self.program, "stress-actor", "--connect",
                f"{place['host']}:{place['port']}", "--token-file", str(self.logdir / "token"), "--name", f"stress-{rank}",
                "--connections", str(CONNECTIONS), "--payload", "game", "--receipts", str(self.receipts(rank))]))

    def spawn(self, command):
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.messages, stderr=self.messages)

    def receipts(self, rank):
        return self.home / f"receipts-{rank}.csv"

    def times(self, rank):
        """When each acknowledgement came, on the machine's clock."""
        path = self.receipts(rank)
        lines = path.read_text().split("\n")[:-1] if path.exists() else []
        return [float(line.rsplit(",", 1)[1]) for line in lines]

    def wait_for(self, what, condition):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if any(process.poll() is not None for process in [self.learners, *self.actors]) or time.monotonic() > deadline:
                raise Failed(f"{what} did not come")
            time.sleep(0.1)

    def stop(self):
        for process in self.actors:
            process.send_signal(signal.SIGTERM)
        self.expect_ends(self.actors)
        self.learners.send_signal(signal.SIGUSR1)
        self.expect_ends([self.learners])

    def expect_ends(self, processes):
        for process in processes:
            try:
                status = process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                status = "nothing"
            if status != 0:
                raise Failed(f"{process.args[0]} … {process.args[-1]} ended with {status}")

    def rates(self, seconds):
        """Trajectories that each rank acknowledged a second, all within the same `seconds`."""
        everybody = range(len(self.processors))
        self.wait_for("receipts", lambda: all(self.times(rank) for rank in everybody))
        time.sleep(WARM + seconds)
        self.stop()
        times = [self.times(rank) for rank in everybody]
        begin = max(each[0] for each in times) + WARM
        return [sum(begin <= when < begin + seconds for when in each) / seconds for each in times]

    def kill(self):
        for process in [*self.actors, self.learners]:
            if process is not None and process.poll() is None:
                kill(process)


def take_in(program, home, processors, seconds):
    """Returns the rates of ranks on these processors; all that was acknowledged is stored."""
    intake = Intake(program, home, processors)
    try:
        intake.start_learners()
        intake.start_actors()
        rates = intake.rates(seconds)
    except Failed:
        sys.stderr.write((home / "messages.log").read_text(errors="replace")[-4000:])
        raise
    finally:
        intake.kill()
    ranks = range(len(processors))
    logdirs = [groups.directory(intake.logdir, rank) for rank in ranks]
    groups.compare(program, home, logdirs, list(map(intake.receipts, ranks)))
    shutil.rmtree(home)
    return rates


def measure(program, home, seconds, pairs, threshold):
    processors = sorted(os.sched_getaffinity(0))[:2]
    if len(processors) < 2:
        raise Failed("two learners need two processors")
    ratios = []
    for number in range(pairs):
        # By turns on one and the other, should they not be the same.
        alone, = take_in(program, home / f"alone-{number}", [processors[number % 2]], seconds)
        together = take_in(program, home / f"group-{number}", processors, seconds)
        ratios.append(sum(together) / alone)
        say(f"one learner takes {alone:.0f} trajectories/s, a group of two {' + '.join(f'{rate:.0f}' for rate in together)} = "
            f"{sum(together):.0f}: {ratios[-1]:.2f} times as many")
    median = statistics.median(ratios)
    say(f"median {median:.2f} of {pairs}, {min(ratios):.2f} to {max(ratios):.2f}")
    if median < threshold:
        raise Failed(f"a group of two takes in less than {threshold} times what one learner does")
