"""Submits `dreamer train` with submitit, whose jobs are requeued when they are preempted or out of time.

    python train_with_submitit.py FOLDER --env catch …

FOLDER holds the run (FOLDER/run, on a disk that is a node's own wherever it goes on) and submitit's files. `submit` needs no Python.
"""

import os
import signal
import subprocess
import sys

import submitit


class Train:
    """A run that goes on where it was in each start of its job."""

    def __init__(self):
        self.process = None

    def __call__(self, *command):
        self.process = subprocess.Popen(command)
        return self.process.wait()

    def checkpoint(self, *command):
        """Called at submitit's signal, which the whole step was sent: SIGTERM before it, or SIGUSR2 alone."""
        os.kill(self.process.pid, signal.SIGTERM)
        # The call above is interrupted in its own wait, which a second one would wait for.
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
        return submitit.helpers.DelayedSubmission(Train(), *command)


def submit(folder: str, *options: str, program: str = "dreamer", **parameters) -> submitit.Job:
    """Starts the job; `parameters` are those of `SlurmExecutor`."""
    executor = submitit.SlurmExecutor(folder=f"{folder}/submitit")
    executor.update_parameters(**parameters)
    return executor.submit(Train(), program, "train", "--logdir", f"{folder}/run", *options)


if __name__ == "__main__":
    print(submit(*sys.argv[1:], time=24 * 60, cpus_per_task=4).job_id)
