"""Python at home: runs, replays and exported policies of swift-dreamer, and actors in Python. docs/python.md shows all of it."""
from .acting import Policy
from .actor import Actor, tls
from .program import Training, dreamer, train
from .experience import Trajectory
from .replay import Replay
from .runs import Run

__all__ = ["Actor", "Policy", "Replay", "Run", "Training", "Trajectory", "dreamer", "tls", "train"]
