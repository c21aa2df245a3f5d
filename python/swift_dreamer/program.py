"""Starts the program `dreamer`."""
import os
import shutil
import signal
import subprocess

from .runs import Run


class ProgramError(RuntimeError):
    """The program ended otherwise than it should; its last words say why."""


def executable():
    """The variable DREAMER, or `dreamer` on the search path."""
    found = os.environ.get("DREAMER") or shutil.which("dreamer")
    if not found: raise FileNotFoundError("there is no program dreamer: put it on PATH, or name it with the variable DREAMER")
    return found


def dreamer(*arguments):
    """Runs a command to its end and returns what it printed."""
    done = subprocess.run([executable(), *map(str, arguments)], capture_output=True, text=True)
    if done.returncode: raise ProgramError(done.stderr.strip() or f"status {done.returncode}")
    return done.stdout


class Training:
    """A `dreamer train` that runs beside this program, and ends with it."""

    def __init__(self, logdir, arguments):
        self.logdir, self.log = str(logdir), f"{logdir}.log"
        with open(self.log, "ab") as log:
            command = [executable(), "train", "--stop-with-input", "--logdir", self.logdir, *arguments]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)

    @property
    def is_running(self): return self.process.poll() is None

    def follow(self, kind=None, interval=0.5):
        """Lines of the run's metrics as they are written, to the last one."""
        while self.is_running and not os.path.exists(os.path.join(self.logdir, "config.yaml")):
            try: self.process.wait(interval)
            except subprocess.TimeoutExpired: pass
        if os.path.exists(os.path.join(self.logdir, "config.yaml")):
            yield from Run(self.logdir).follow(kind, until=lambda: not self.is_running, interval=interval)

    def wait(self, timeout=None):
        """Waits for the end and returns the run."""
        if self.process.wait(timeout):
            with open(self.log, "rb") as log: words = log.read()[-65536:].decode(errors="replace").strip()
            raise ProgramError(words.splitlines()[-1] if words else f"status {self.process.returncode}")
        return Run(self.logdir)

    def stop(self):
        """Asks for an end in good order; the same call of `train` goes on later."""
        if self.is_running: self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def train(logdir, env=None, preset=None, size=None, agent=None, steps=None, seed=None, actors=None, settings=None):
    """Starts or resumes a run. `settings` are keys of docs/configuration.md: {"agent.batch": 4}."""
    arguments = []
    for name, value in dict(env=env, preset=preset, size=size, agent=agent, steps=steps, seed=seed, actors=actors).items():
        if value is not None: arguments += [f"--{name}", str(value)]
    for key, value in (settings or {}).items(): arguments += ["--set", f"{key}={str(value).lower() if isinstance(value, bool) else value}"]
    return Training(logdir, arguments)
