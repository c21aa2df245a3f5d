"""What scripts/chaos, scripts/kills and scripts/soak share: the processes of a run, and the comparison of what its actors
were told with what its replay holds."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time

# A run that has not recovered from a fault after so many seconds never will.
PATIENCE = 120.0
STARTED = time.monotonic()


class Failed(Exception):
    pass


def say(text):
    print(f"{time.monotonic() - STARTED:7.1f} s  {text}", flush=True)


def find_program(named):
    """The program to attack, as an absolute path."""
    root = pathlib.Path(__file__).resolve().parent.parent
    program = os.path.abspath(named or root / ".build/release/dreamer")
    if not os.access(program, os.X_OK):
        sys.exit(f"there is no program at {program}: build it with swift build -c release --product dreamer")
    return program


class Loopback:
    """The network of a run whose processes are on this machine, as they are."""

    learner = None

    def namespace(self, actor):
        return None

    def address(self, actor):
        return "127.0.0.1"

    def port(self, actor, learners):
        return learners

    def inside(self, namespace, command):
        return command


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Run:
    """The processes of one run."""

    settings = ["agent.batch=4", "agent.length=8", "agent.horizon=3", "replay.prefill_steps=64",
                "replay.replay_ratio=2", "actors.trajectory_steps=16", "learner.threads=1", "learner.log_every=0.5",
                "learner.checkpoint_seconds=2", "replay.capacity_steps=100000000"]

    def __init__(self, program, network, home, logdir, actors, port, settings=()):
        self.program, self.network, self.home, self.logdir, self.port = program, network, home, logdir, port
        self.settings = [*self.settings, *settings]
        self.tls = home / "tls"
        self.learner = None
        self.actors = [None] * actors
        self.receipts = [[] for _ in range(actors)]
        self.starts = 0
        self.messages = open(home / "messages.log", "ab", buffering=0)

    def start(self):
        hosts = ",".join(sorted({self.network.address(actor) for actor in range(len(self.actors))}))
        subprocess.run([self.program, "certificates", "--output", str(self.tls), "--hosts", hosts], check=True,
                       stdout=subprocess.DEVNULL, stderr=self.messages)
        self.start_learner()
        self.wait_for("the learner's token", lambda: (self.logdir / "token").exists())
        shutil.copy(self.logdir / "token", self.home / "token")
        for actor in range(len(self.actors)):
            self.start_actor(actor)

    def spawn(self, namespace, arguments):
        return subprocess.Popen(self.network.inside(namespace, [self.program, *arguments]), stdin=subprocess.DEVNULL,
                                stdout=self.messages, stderr=self.messages)

    def start_learner(self):
        options = [word for setting in self.settings for word in ("--set", setting)]
        self.learner = self.spawn(self.network.learner, [
            "learner", "--logdir", str(self.logdir), "--listen", f"0.0.0.0:{self.port}", "--tls", str(self.tls),
            "--env", "catch", "--size", "nano", "--steps", "100000000", "--progress", "none", *options])

    def start_actor(self, actor):
        self.starts += 1
        receipts = self.home / f"receipts-{actor}-{self.starts}.csv"
        self.receipts[actor].append(receipts)
        endpoint = f"{self.network.address(actor)}:{self.network.port(actor, self.port)}"
        self.actors[actor] = self.spawn(self.network.namespace(actor), [
            "actor", "--connect", endpoint, "--token-file", str(self.home / "token"), "--tls", str(self.tls), "--name",
            self.name(actor), "--receipts", str(receipts)])

    def name(self, actor):
        """Of the next start of an actor."""
        return f"actor-{actor}"

    def supervise(self):
        """Starts again what has ended by itself, as a supervisor would: a learner cannot start on a full disk."""
        if self.learner is not None and self.learner.poll() is not None:
            self.start_learner()
        for actor, process in enumerate(self.actors):
            if process is not None and process.poll() is not None:
                self.start_actor(actor)

    def kill_learner(self):
        kill(self.learner)
        self.learner = None

    def kill_actor(self, actor):
        kill(self.actors[actor])
        self.actors[actor] = None

    def acknowledged(self, actor):
        """Bytes of receipts: they grow with each acknowledgement."""
        return sum(path.stat().st_size for path in self.receipts[actor] if path.exists())

    def metrics(self, place=0):
        """The metrics from this byte on."""
        with contextlib.suppress(FileNotFoundError), open(self.logdir / "metrics.jsonl", "rb") as file:
            file.seek(place)
            return file.read()
        return b""

    def has_trained(self, place):
        """A learner that was killed goes on from its checkpoint: the number of steps may be lower, the line is new."""
        return b'"kind":"train"' in self.metrics(place)

    def train_steps(self):
        lines = [line for line in self.metrics().split(b"\n") if b'"kind":"train"' in line]
        return max((json.loads(line)["train_steps"] for line in lines if line.endswith(b"}")), default=0)

    def wait_for(self, what, condition, patience=PATIENCE):
        deadline = time.monotonic() + patience
        while not condition():
            if time.monotonic() > deadline:
                raise Failed(f"{what} did not come within {patience:.0f} s")
            self.supervise()
            time.sleep(0.05)

    def recover(self):
        """Waits until every actor has something acknowledged and training goes on; returns how long each took."""
        start = time.monotonic()
        before = [self.acknowledged(actor) for actor in range(len(self.actors))]
        place = len(self.metrics())
        times = {}

        def is_over():
            now = time.monotonic() - start
            if all(self.acknowledged(actor) > before[actor] for actor in range(len(self.actors))):
                times.setdefault("acknowledged", now)
            if self.has_trained(place):
                times.setdefault("trained", now)
            return len(times) == 2

        self.wait_for("recovery", is_over)
        return times

    def stop(self):
        """Asks all to end: actors first, which hand over what they have."""
        for process in [*self.actors, self.learner]:
            if process is None:
                continue
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired as error:
                raise Failed(f"{' '.join(process.args)} did not stop within a minute") from error

    def kill(self):
        for process in [*self.actors, self.learner]:
            if process is not None and process.poll() is None:
                kill(process)


def kill(process):
    process.kill()
    process.wait()


def attack(run, body):
    """Runs `body`, shows the last messages of the processes where it fails, and leaves none of them behind."""
    try:
        body()
    except Exception:
        sys.stderr.write((run.home / "messages.log").read_text(errors="replace")[-4000:])
        raise
    finally:
        run.kill()


def verify(run, gaps=True):
    """What the actors were told is stored must be, once, with the same bytes, and without gaps.

    - gaps: whether to look for those, where nothing has left the replay.
    """
    receipts = [str(path) for paths in run.receipts for path in paths if path.exists()]
    done = subprocess.run([run.program, "verify", "--logdir", str(run.logdir), *receipts], capture_output=True,
                          text=True)
    say(f"verified: {' '.join(done.stdout.split())}")
    if done.returncode != 0:
        raise Failed(f"verification failed: {done.stderr.strip()}")
    check = json.loads(done.stdout)
    if check["acknowledged"] == 0:
        raise Failed("nothing was acknowledged at all")
    if gaps:
        expect_no_gaps(run)
    return check


def expect_no_gaps(run):
    with contextlib.closing(sqlite3.connect(f"file:{run.logdir}/replay.sqlite?mode=ro", uri=True)) as database:
        gaps = database.execute("""
            SELECT count(*) FROM (
                SELECT first_step, lag(first_step + steps) OVER (
                    PARTITION BY actor, incarnation, environment ORDER BY sequence) AS expected FROM trajectory)
            WHERE first_step <> expected""").fetchone()[0]
    if gaps:
        raise Failed(f"{gaps} trajectories do not continue the one before")


def report(times, check, run):
    """A line for each fault, by name a list of what `Run.recover` returned, and one for the verification."""
    print(f"\n{'fault':<18}{'times':>6}{'acknowledged again, s':>26}{'trained again, s':>24}")
    for fault, recoveries in sorted(times.items()):
        columns = []
        for key in ("acknowledged", "trained"):
            values = sorted(recovery[key] for recovery in recoveries)
            columns.append(f"median {values[len(values) // 2]:.1f}, most {values[-1]:.1f}")
        print(f"{fault:<18}{len(recoveries):>6}{columns[0]:>26}{columns[1]:>24}")
    print(f"\n{check['acknowledged']} acknowledged, {check['stored']} stored: {check['missing']} missing, "
          f"{check['storedTwice']} twice, {check['changed']} changed; {run.train_steps()} training steps")
