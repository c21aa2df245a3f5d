"""Catch as the program has it (Sources/Experience/Environments/Games/Catch.swift): the same rules, and the same pictures to the byte."""
import numpy as np

ROWS, COLUMNS = 10, 5
FRAME, BACKGROUND, BALL, PADDLE = (56, 56, 64), (16, 16, 24), (255, 196, 0), (64, 160, 255)


class Catch:
    """A ball falls by a row a step from a random column; an action (0, 1, 2) moves the paddle of the last row left, not, or right. The last step's
    reward is 1 with the paddle under the ball, −1 otherwise."""

    actions = 3

    def __init__(self, side, seed):
        self.random = np.random.default_rng(seed)
        self.height, self.width = side // ROWS, side // COLUMNS
        self.top, self.left = (side - ROWS * self.height) // 2, (side - COLUMNS * self.width) // 2
        self.empty = np.full((side, side, 3), FRAME, np.uint8)
        self.empty[self.top:self.top + ROWS * self.height, self.left:self.left + COLUMNS * self.width] = BACKGROUND

    def reset(self, column=None):
        """The first picture of an episode, with the ball in this column rather than a random one."""
        self.row, self.paddle = 0, COLUMNS // 2
        self.column = int(self.random.integers(COLUMNS)) if column is None else column
        return self.picture()

    def step(self, action):
        """The next picture, its reward, and whether the episode is over."""
        self.paddle = min(max(self.paddle + action - 1, 0), COLUMNS - 1)
        self.row += 1
        over = self.row == ROWS - 1
        return self.picture(), (1.0 if self.paddle == self.column else -1.0) if over else 0.0, over

    def picture(self):
        pixels = self.empty.copy()
        for row, column, color in ((ROWS - 1, self.paddle, PADDLE), (self.row, self.column, BALL)):
            y, x = self.top + row * self.height, self.left + column * self.width
            pixels[y:y + self.height, x:x + self.width] = color
        return pixels
