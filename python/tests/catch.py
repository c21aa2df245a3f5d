import numpy as np


class Catch:
    """Catch as its pictures show it: a ball falls by one row a step, a paddle of the last row is moved under it."""
    CELLS, SIDE = 8, 32

    def reset(self, seed=None):
        if seed is not None: self.random = np.random.default_rng(seed)
        self.row, self.column, self.paddle = 0, int(self.random.integers(self.CELLS)), self.CELLS // 2
        return self._image(), {}

    def step(self, action):
        assert action in (0, 1, 2), f"an action as Gymnasium takes it, not {action!r}"
        self.paddle = min(max(self.paddle + action - 1, 0), self.CELLS - 1)
        self.row += 1
        over = self.row == self.CELLS - 1
        return self._image(), float(over and (1 if self.paddle == self.column else -1)), over, False, {}

    def _image(self):
        cells = np.zeros((self.CELLS, self.CELLS, 3), np.uint8)
        cells[self.row, self.column] = cells[-1, self.paddle] = 255
        return cells.repeat(self.SIDE // self.CELLS, 0).repeat(self.SIDE // self.CELLS, 1)
