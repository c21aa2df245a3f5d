"""Exactly once: what an actor has played and not heard of again."""
import collections
import secrets

from . import wire
from .blocks import crc32c


class Outbox:
    """Trajectories of one incarnation of an actor, from their making to their acknowledgement. It opens no connection."""

    def __init__(self):
        self.incarnation = secrets.randbits(64)
        self.next_sequence = 1
        self.waiting = collections.OrderedDict()  # sequence -> message, payload, cost; all that is not acknowledged
        self.sent, self.credit, self.window = 0, 0, 0  # of this connection: the last sequence sent, and what may be sent
        self.stored, self.refused = 0, []

    @property
    def bytes(self): return sum(len(payload) for _, payload, _ in self.waiting.values())

    @property
    def unsent(self): return sum(sequence > self.sent for sequence in self.waiting)

    def add(self, trajectory, environment, first_step):
        """Queues a trajectory and returns its number."""
        sequence, blocks, steps = self.next_sequence, trajectory.encode(), len(trajectory)
        payload = b"".join(blocks)
        shape = (0, 0, 0) if trajectory.images is None else trajectory.images.shape[1:]
        message = wire.number(1, sequence) + wire.number(2, environment) + wire.number(3, first_step) + wire.number(4, steps)
        for field, extent in zip((5, 6, 7), shape): message += wire.number(field, extent)
        message += wire.number(8, trajectory.actions.shape[1]) + wire.packed(9, map(len, blocks)) + wire.fixed32(10, crc32c(payload))
        if trajectory.vectors is not None: message += wire.number(11, trajectory.vectors.shape[1])
        self.waiting[sequence] = message, payload, steps * trajectory.step_bytes
        self.next_sequence += 1
        return sequence

    def connected(self, stored_through, window):
        """A learner has let this actor in: what it has is dropped, the rest is sent again once there is credit."""
        for sequence in [s for s in self.waiting if s <= stored_through]:
            del self.waiting[sequence]
            self.stored += 1
        self.sent, self.credit, self.window = stored_through, 0, window

    def granted(self, count): self.credit = min(self.window, self.credit + count)

    def take(self):
        """The next frame that may be sent, or None."""
        sequence = next((s for s in self.waiting if s > self.sent), None)
        if sequence is None or not self.window: return None
        message, payload, cost = self.waiting[sequence]
        if cost > self.credit and self.credit < self.window: return None
        self.credit -= cost
        self.sent = sequence
        return wire.frame(wire.TRAJECTORY, message, payload)

    def acknowledged(self, message):
        """An Acknowledgement: what it names is never sent again."""
        for sequence in message.numbers(1) + message.numbers(2):
            if self.waiting.pop(sequence, None): self.stored += 1
        for refused in message.messages(3):
            if self.waiting.pop(refused.number(1), None): self.refused.append((refused.number(1), refused.text(2)))
