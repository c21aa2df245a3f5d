"""Gymnasium's spaces as what the parent understands: one image, a vector of numbers, and action vectors."""

import sys

import cv2
import numpy

cv2.setNumThreads(1)


def shrink(image, size, padded=False):
    """The image [height, width, 3] averaged over areas to [size, size, 3]; a smaller one is enlarged.

    One that is not square is stretched, or gets black borders where `padded`.
    """
    if padded and image.shape[0] != image.shape[1]:
        side = max(image.shape[:2])
        square = numpy.zeros((side, side, 3), image.dtype)
        top, left = (side - image.shape[0]) // 2, (side - image.shape[1]) // 2
        square[top:top + image.shape[0], left:left + image.shape[1]] = image
        image = square
    if image.shape[:2] == (size, size):
        return numpy.ascontiguousarray(image)
    area = image.shape[0] >= size and image.shape[1] >= size
    return cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA if area else cv2.INTER_LINEAR)


def bounds(low, high, what):
    """Finite bounds: where one side is missing two from the other, where both are [-1, 1]. Says so once."""
    below, above = numpy.isfinite(low), numpy.isfinite(high)
    # A range that float32 cannot hold is none: some tasks write the largest number for infinity.
    wide = below & above & (high.astype(numpy.float64) - low > 1e6)
    below, above = below & ~wide, above & ~wide
    if not (below & above).all():
        print(f"{what} has no finite bounds: [-1, 1], or two from its one bound, is taken", file=sys.stderr, flush=True)
    finite_low = numpy.where(below, low, numpy.where(above, high - 2.0, -1.0))
    return finite_low, numpy.where(above, high, finite_low + 2.0)


class ImagePart:
    """A box of pixels: of any type, gray, RGB or RGBA, channels first or last, of any size."""

    count = 0

    def __init__(self, space):
        shape = space.shape
        self.first = len(shape) == 3 and shape[2] not in (1, 3, 4)
        self.space = space
        if space.dtype != numpy.uint8:
            low, high = float(space.low.min()), float(space.high.max())
            if not numpy.isfinite([low, high]).all():
                raise ValueError(f"the image of type {space.dtype} and shape {shape} has no finite bounds to scale by")
            self.low, self.scale = low, 255.0 / max(high - low, 1e-12)

    @staticmethod
    def takes(space):
        shape = space.shape
        if len(shape) == 2:
            return min(shape) >= 8 and space.dtype == numpy.uint8
        return len(shape) == 3 and (
            shape[2] in (1, 3, 4) and min(shape[:2]) >= 8 or shape[0] in (1, 3, 4) and min(shape[1:]) >= 8)

    def picture(self, value, size, padded):
        pixels = numpy.asarray(value)
        if self.space.dtype != numpy.uint8:
            pixels = numpy.clip((pixels - self.low) * self.scale + 0.5, 0, 255).astype(numpy.uint8)
        return shrink(rgb(numpy.moveaxis(pixels, 0, -1) if self.first else pixels), size, padded)


def rgb(pixels):
    """Pixels [height, width] or [height, width, 1, 3 or 4] as RGB; transparency is left out."""
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.shape[2] == 1:
        return numpy.repeat(pixels, 3, axis=2)
    return pixels[:, :, :3]


class NumberPart:
    """A box of numbers, or bits: in their order."""

    def __init__(self, space):
        self.count = int(numpy.prod(space.shape))

    def write(self, value, vector):
        vector[:] = numpy.asarray(value, numpy.float64).ravel()


class ChoicePart:
    """One of several, or several of them: one-hot vectors."""

    def __init__(self, sizes, starts):
        self.starts = starts
        self.places = numpy.concatenate(([0], numpy.cumsum(sizes)))
        self.count = int(self.places[-1])

    def write(self, value, vector):
        vector[:] = 0
        vector[self.places[:-1] + numpy.asarray(value).ravel() - self.starts] = 1


def leaves(space, path=()):
    """The spaces that dictionaries and tuples hold, with the way to each."""
    import gymnasium.spaces as kinds

    if isinstance(space, kinds.Dict):
        for key, inner in space.spaces.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(space, kinds.Tuple):
        for index, inner in enumerate(space.spaces):
            yield from leaves(inner, (*path, index))
    else:
        yield path, space


def part(space, name):
    import gymnasium.spaces as kinds

    if isinstance(space, kinds.Box):
        return ImagePart(space) if ImagePart.takes(space) else NumberPart(space)
    if isinstance(space, kinds.Discrete):
        return ChoicePart([space.n], [space.start])
    if isinstance(space, kinds.MultiDiscrete):
        return ChoicePart(space.nvec.ravel(), getattr(space, "start", numpy.zeros_like(space.nvec)).ravel())
    if isinstance(space, kinds.MultiBinary):
        return NumberPart(space)
    raise ValueError(
        f"{name} is {space}: taken are Box, Discrete, MultiDiscrete, MultiBinary, and Dict and Tuple of these")


class Observations:
    """What a space shows: at most one image, and all else as numbers in the order of the space.

    `wanted` is "image" or "vector" to leave out the other, "both" for all there is.
    """

    def __init__(self, space, wanted):
        self.image, self.numbers, self.count = None, [], 0
        for path, inner in leaves(space):
            name = "the observation" + "".join(f"[{step!r}]" for step in path)
            piece = part(inner, name)
            if isinstance(piece, ImagePart):
                if wanted == "vector":
                    continue
                if self.image is not None:
                    raise ValueError(f"{name} is a second image: one is taken; leave it out with a wrapper")
                self.image = (path, piece, name)
            elif wanted != "image":
                self.numbers.append((path, piece, self.count, name))
                self.count += piece.count

    @staticmethod
    def find(value, path):
        for step in path:
            value = value[step]
        return value

    def picture(self, value, size, padded=False):
        path, piece, name = self.image
        found = numpy.asarray(self.find(value, path))
        if found.shape != piece.space.shape:
            raise ValueError(f"{name} came with shape {found.shape}, its space says {piece.space.shape}")
        return piece.picture(found, size, padded)

    def vector(self, value):
        vector = numpy.empty(self.count, "<f4")
        for path, piece, start, name in self.numbers:
            found = self.find(value, path)
            try:
                piece.write(found, vector[start:start + piece.count])
            except (ValueError, IndexError):
                shape = numpy.asarray(found).shape
                raise ValueError(f"{name} came with shape {shape}, taken are {piece.count} values: {found!r}") from None
        if not numpy.isfinite(vector).all():
            raise ValueError(f"the observation holds what is no finite number: {vector.tolist()}")
        return vector


class NumberActions:
    """A box: [-1, 1] is stretched to the range of each element, and whole numbers are rounded."""

    sizes = None

    def __init__(self, space):
        self.space = space
        self.low, self.high = bounds(space.low.ravel(), space.high.ravel(), f"the action {space}")
        self.count = len(self.low)

    def action(self, vector):
        share = (numpy.clip(vector, -1, 1) + 1) / 2
        values = self.low + share * (self.high - self.low)
        if numpy.issubdtype(self.space.dtype, numpy.integer):
            values = numpy.rint(values)
        return values.reshape(self.space.shape).astype(self.space.dtype)


class ChoiceActions:
    """One choice, or several at once: the largest element of each group."""

    def __init__(self, space, sizes, starts, shape):
        self.sizes = [int(size) for size in sizes]
        self.starts, self.shape, self.dtype = starts, shape, space.dtype
        self.ends = numpy.cumsum(self.sizes)
        self.count = int(self.ends[-1])

    def action(self, vector):
        chosen = [int(group.argmax()) for group in numpy.split(vector, self.ends[:-1])]
        if self.shape == ():
            return chosen[0] + int(self.starts[0])
        return (numpy.array(chosen) + self.starts).reshape(self.shape).astype(self.dtype)


def actions(space):
    import gymnasium.spaces as kinds

    if isinstance(space, kinds.Discrete):
        return ChoiceActions(space, [space.n], [space.start], ())
    if isinstance(space, kinds.MultiDiscrete):
        starts = getattr(space, "start", numpy.zeros_like(space.nvec))
        return ChoiceActions(space, space.nvec.ravel(), starts.ravel(), space.shape)
    if isinstance(space, kinds.MultiBinary):
        count = int(numpy.prod(space.shape))
        return ChoiceActions(space, [2] * count, numpy.zeros(count, int), space.shape)
    if isinstance(space, kinds.Box):
        return NumberActions(space)
    raise ValueError(f"actions of kind {type(space).__name__} are not taken: Discrete, MultiDiscrete, MultiBinary, Box are")
