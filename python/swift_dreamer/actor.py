"""A whole actor in Python: it plays an environment of yours, with a function of yours or the learner's policy."""
import os
import pathlib
import socket
import ssl
import struct
import time

import numpy as np

from . import wire
from .acting import Policy
from .connection import Connection
from .experience import FIRST, LAST, TERMINAL, Trajectory
from .outbox import Outbox


def tls(directory=None, authority=None, certificate=None, key=None):
    """A context for the files that `dreamer certificates` made, in one directory or each by its name."""
    if directory is not None:
        authority, certificate, key = (pathlib.Path(directory) / name for name in ("ca.pem", "actor.pem", "actor-key.pem"))
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(authority))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(str(certificate), str(key))
    return context


def weights_of(blob):
    """The weights in a broadcast, in the shapes of an export."""
    length = struct.unpack_from("<I", blob)[0]
    head, values, weights = wire.Message(blob[4:4 + length]), memoryview(blob)[4 + length:], {}
    # Of each value: bfloat16, the upper half of a float32, or all of it.
    kind = "<u2" if head.number(4) == 2 else "<f4"
    for tensor in head.messages(2):
        rows, columns = tensor.numbers(2)
        matrix = np.frombuffer(values, kind, rows * columns, tensor.number(3)).reshape(rows, columns)
        if kind == "<u2": matrix = (matrix.astype(np.uint32) << 16).view(np.float32)
        weights[tensor.text(1)] = _archived(tensor.text(1), matrix)
    return weights


def _archived(name, matrix):
    if not name.endswith(".weight"): return matrix[0]
    if ".convs." in name: return np.ascontiguousarray(matrix.reshape(4, 4, -1, matrix.shape[1]).transpose(3, 0, 1, 2))
    return np.ascontiguousarray(matrix.T)


class Actor:
    """Joins a learner and plays for it until the run has all its steps.

    `environment` has Gymnasium's `reset` and `step`; what it shows and takes must be what the learner's task does. `act`, where
    given, is called with an observation (a dictionary of `image` and `vector`), whether an episode begins, and the newest policy
    or None, and returns an action vector: one-hot for each choice, or numbers in [-1, 1]; None plays at random. Without it the
    policy acts."""

    def __init__(self, address, token, environment, act=None, name=None, tls=None, seed=0):
        host, _, port = address.rpartition(":")
        token = pathlib.Path(token).read_text().strip() if os.path.exists(token) else token
        self.environment, self.act = environment, act or self._policy_acts
        self.outbox, self.random, self.policy = Outbox(), np.random.default_rng(seed), None
        self.name = name or f"python-{socket.gethostname()[:40]}-{os.getpid()}"
        self.connection = Connection(self.outbox, host.strip("[]"), int(port), token, self.name, tls)
        self.steps, self.returns = 0, []

    def run(self, steps=None):
        """Plays until the run is complete, or so many steps; then waits until all of them are stored.

        Returns the returns of the episodes that ended. Raises `Refused` where the learner does not want this actor."""
        self._wait_for_configuration()
        while not self._is_over() and (steps is None or self.steps < steps): self._play_episode(steps)
        if not self.connection.is_finished and self.connection.error is None: self.connection.close()
        if self.connection.error: raise self.connection.error
        return self.returns

    # MARK: Playing

    def _wait_for_configuration(self):
        with self.connection.condition:
            self.connection.condition.wait_for(lambda: self.connection.configuration is not None or self._is_over())
        if self.connection.configuration is None: return
        self.configuration = wire.configuration(self.connection.configuration)
        agent = self.configuration["agent"]
        groups = [int(size) for size in str(agent["action_groups"] or "").split(",") if size] or [agent["actions"]]
        self.description = {"agent": agent, "action": {"size": agent["actions"], "groups": groups}}
        self._length, self._steps, self._first_step, self._started = self.configuration["actors"]["trajectory_steps"], [], 0, time.monotonic()

    def _is_over(self): return self.connection.is_finished or self.connection.error is not None

    def _play_episode(self, steps):
        seed = None if self.steps else int(self.random.integers(1 << 31))
        observation, _ = self.environment.reset(seed=seed)
        action, total, length, flags = np.zeros(self.description["action"]["size"], np.float32), 0.0, 0, FIRST
        self._record(observation, action, 0.0, flags, 0)
        while not flags & LAST:
            if self._is_over(): return
            self._take_weights()
            action = self.act(self._seen(observation), bool(flags & FIRST), self.policy)
            version = 0 if action is None or self.policy is None else self.policy.version
            action = self._random_action() if action is None else np.asarray(action, np.float32).reshape(-1)
            observation, reward, terminated, truncated, _ = self.environment.step(self.executed(action))
            total, length, self.steps = total + float(reward), length + 1, self.steps + 1
            if steps is not None and self.steps >= steps: truncated = True
            flags = (LAST if terminated or truncated else 0) | (TERMINAL if terminated else 0)
            self._record(observation, action, float(reward), flags, version)
        self._end_episode(total, length)

    def _policy_acts(self, observation, first, policy):
        if policy is None: return None
        return policy.act(**{key: value[None] for key, value in observation.items()}, first=[first])[0]

    def _random_action(self):
        if not self.description["agent"]["discrete"]: return self.random.uniform(-1, 1, self.description["action"]["size"]).astype(np.float32)
        return np.concatenate([np.eye(size, dtype=np.float32)[self.random.integers(size)] for size in self.description["action"]["groups"]])

    def executed(self, action):
        """The action as the environment takes it: a number, one for each choice, or values within its bounds."""
        if not self.description["agent"]["discrete"]:
            space, action = getattr(self.environment, "action_space", None), np.clip(action, -1, 1)
            if getattr(space, "low", None) is None or not np.isfinite([space.low, space.high]).all(): return action
            return (space.low + (action.reshape(space.low.shape) + 1) / 2 * (space.high - space.low)).astype(np.float32)
        sizes = self.description["action"]["groups"]
        chosen = [int(part.argmax()) for part in np.split(action, np.cumsum(sizes)[:-1])]
        return chosen[0] if len(chosen) == 1 else np.array(chosen)

    def _seen(self, observation):
        """The observation in its parts, which must be those of the learner's task."""
        agent = self.description["agent"]
        parts = dict(observation) if isinstance(observation, dict) else {"image" if np.ndim(observation) == 3 else "vector": observation}
        seen = {}
        for key, kind, shape in (("image", np.uint8, (agent["image"], agent["image"], agent["channels"])), ("vector", np.float32, (agent["vector"],))):
            if not agent[key]: continue
            if key not in parts: raise ValueError(f"the learner's task shows a part {key} of {shape}, this environment none")
            seen[key] = np.asarray(parts[key], kind)
            if seen[key].shape != shape: raise ValueError(f"the learner's task shows {key} {shape}, this environment {seen[key].shape}")
        return seen

    def _take_weights(self):
        with self.connection.condition: blob, version = self.connection.blob, self.connection.version
        if blob is None or (self.policy is not None and self.policy.version == version): return
        if self.policy is None: self.policy = Policy(self.description, weights_of(blob), int(self.random.integers(1 << 31)))
        else: self.policy.w = weights_of(blob)
        self.policy.version = version

    # MARK: Sending

    def _record(self, observation, action, reward, flags, version):
        self._steps.append((self._seen(observation), action, reward, flags, version))
        if len(self._steps) == self._length: self._flush()

    def _flush(self):
        if not self._steps: return
        seen, actions, rewards, flags, versions = zip(*self._steps)
        part = lambda key: np.stack([one[key] for one in seen]) if key in seen[0] else None
        trajectory = Trajectory(
            np.stack(actions), np.array(rewards, np.float32), np.array(versions, np.uint64), np.array(flags, np.uint8), part("image"), part("vector"))
        connection = self.connection
        with connection.condition:
            connection.condition.wait_for(self._may_go_on)
            self.outbox.add(trajectory, 0, self._first_step)
        self._first_step, self._steps = self._first_step + len(seen), []
        connection.notify()

    def _may_go_on(self):
        """Whoever plays ahead of the credit plays an old policy; without a learner it goes on as long as there is room."""
        has_room = self.outbox.bytes < self.configuration["actors"].get("outbox_bytes", 64 << 20)
        return self._is_over() or has_room and (not self.connection.is_connected or self.outbox.unsent < 2)

    def _end_episode(self, total, length):
        self.returns.append(total)
        version = self.policy.version if self.policy else 0
        episode = wire.double(2, total) + wire.number(3, length) + wire.number(4, version)
        speed = self.steps / max(1e-3, time.monotonic() - self._started)
        self.connection.report(wire.number(1, self.steps) + wire.double(2, speed) + wire.number(3, version) + wire.data(4, episode))
        # After the report: with its last step the run may be complete.
        self._flush()
