"""Trajectories: consecutive steps of one environment, and the payload that they are on the wire and on disk."""
import dataclasses

import numpy as np

from .blocks import compress, crc32c, decompress

FIRST, LAST, TERMINAL = 1, 2, 4
GROUP = 16  # images in one block


class DamagedError(ValueError):
    """A payload that is not what was stored."""


@dataclasses.dataclass
class Trajectory:
    """Step t holds an observation, the action that led to it, and the reward and flags that came with it."""
    actions: np.ndarray  # float32 [steps, size]; zeros at an episode's first step
    rewards: np.ndarray  # float32 [steps]
    versions: np.ndarray  # uint64 [steps], of the policy that chose the action; 0: random or none
    flags: np.ndarray  # uint8 [steps], sums of FIRST, LAST and TERMINAL
    images: np.ndarray | None  # uint8 [steps, height, width, channels]
    vectors: np.ndarray | None  # float32 [steps, numbers]

    def __len__(self): return len(self.rewards)
    @property
    def is_first(self): return (self.flags & FIRST) != 0
    @property
    def is_last(self): return (self.flags & LAST) != 0
    @property
    def is_terminal(self): return (self.flags & TERMINAL) != 0

    @property
    def step_bytes(self):
        """What a step takes of the credit."""
        numbers = self.actions.shape[1] + (0 if self.vectors is None else self.vectors.shape[1])
        return 4 * numbers + 13 + (0 if self.images is None else int(np.prod(self.images.shape[1:])))

    def encode(self):
        """The blocks of the payload."""
        columns = [np.ascontiguousarray(self.actions, "<f4"), np.asarray(self.rewards, "<f4"), np.asarray(self.versions, "<u8"),
                   np.asarray(self.flags, np.uint8)]
        if self.vectors is not None: columns.append(np.ascontiguousarray(self.vectors, "<f4").view(np.uint8).reshape(-1, 4).T)
        blocks = [compress(b"".join(column.tobytes() for column in columns))]
        if self.images is not None:
            blocks += [compress(self.images[at:at + GROUP].tobytes()) for at in range(0, len(self), GROUP)]
        return blocks


def decode(payload, sizes, steps, actions, image=(0, 0, 0), vector=0, checksum=None):
    """The trajectory of a payload, whose blocks have these sizes; `DamagedError` where it is none."""
    if sum(sizes) != len(payload) or (checksum is not None and crc32c(payload) != checksum):
        raise DamagedError("its checksum or its size is another")
    ends = np.cumsum(sizes)
    blocks = [payload[end - size:end] for end, size in zip(ends, sizes)]
    pixels = int(np.prod(image))
    columns = decompress(blocks[0], steps * (4 * (actions + vector) + 13))
    parts, at = [], 0
    for kind, count in (("<f4", steps * actions), ("<f4", steps), ("<u8", steps), ("u1", steps), ("u1", 4 * steps * vector)):
        parts.append(np.frombuffer(columns, kind, count, at))
        at += parts[-1].nbytes
    vectors = np.ascontiguousarray(parts[4].reshape(4, -1).T).view("<f4").reshape(steps, vector) if vector else None
    images = None
    if pixels:
        counts = [min(GROUP, steps - at) for at in range(0, steps, GROUP)]
        raw = b"".join(decompress(block, count * pixels) for block, count in zip(blocks[1:], counts, strict=True))
        images = np.frombuffer(raw, np.uint8).reshape(steps, *image)
    return Trajectory(parts[0].reshape(steps, actions), *parts[1:4], images, vectors)
