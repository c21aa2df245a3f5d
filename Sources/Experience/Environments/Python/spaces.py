"""Gymnasium's spaces as what the parent understands: one image, a vector of numbers, and action vectors."""

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


# Some tasks write the largest number of a type for infinity.
LARGE = 1e6


def bounds(low, high):
    """Finite bounds: where one side is missing two from the other, where both are [-1, 1]; and whether any was.

    Of a range that is too wide to be filled, those bounds count as missing that are as far out themselves.
    """
    low, high = low.astype(numpy.float64), high.astype(numpy.float64)
    filled = high / 2 - low / 2 <= LARGE / 2  # the whole difference may be more than a float holds
    below, above = filled | (low >= -LARGE), filled | (high <= LARGE)
    finite_low = numpy.where(below, low, numpy.where(above, high - 2.0, -1.0))
    return finite_low, numpy.where(above, high, finite_low + 2.0), not (below & above).all()


def described(value):
    """What came, for messages: shape, type and range."""
    try:
        array = numpy.asarray(value)
    except ValueError:
        return f"no shape: {type(value).__name__} of unequal parts"
    text = f"shape {array.shape} of {array.dtype}"
    if array.size and numpy.issubdtype(array.dtype, numpy.number):
        text += f" from {array.min()} to {array.max()}"
    return text


def nearest_bytes(values):
    """Numbers from 0 to 255 as bytes, the middle between two upwards."""
    return numpy.clip(values + 0.5, 0, 255).astype(numpy.uint8)


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
        # Whether it may count to 1 where its space says more: until one is larger.
        self.doubtful = space.dtype.kind == "f" and self.scale < 2

    @staticmethod
    def takes(space):
        shape = space.shape
        if len(shape) == 2:
            return min(shape) >= 8 and space.dtype == numpy.uint8
        return len(shape) == 3 and (
            shape[2] in (1, 3, 4) and min(shape[:2]) >= 8 or shape[0] in (1, 3, 4) and min(shape[1:]) >= 8)

    def picture(self, value, size, padded, name):
        pixels = numpy.asarray(value)
        if pixels.shape != self.space.shape:
            raise ValueError(f"{name} came with {described(pixels)}, its space says shape {self.space.shape}")
        if pixels.dtype != numpy.uint8 or self.space.dtype != numpy.uint8:
            pixels = self.scaled(pixels, name)
        return shrink(rgb(numpy.moveaxis(pixels, 0, -1) if self.first else pixels), size, padded)

    def scaled(self, pixels, name):
        """Pixels in the space's range as bytes; those that are not in it would all be black, white or chance."""
        bytes = self.space.dtype == numpy.uint8
        low, scale = (0, 1) if bytes else (self.low, self.scale)
        slack = 0.01 * 255 / scale
        fits = low - slack <= pixels.min() and pixels.max() <= low + 255 / scale + slack
        said = f"{name} came with {described(pixels)}, its space says {self.space.dtype} from {low} to {low + 255 / scale}"
        # Numbers from 0 to 1 where bytes are announced would be black.
        if not fits or bytes and pixels.dtype.kind not in "iu":
            raise ValueError(said)
        if self.doubtful and pixels.max() > 0:
            if pixels.min() >= 0 and pixels.max() <= 1:
                raise ValueError(
                    f"{said}, in which it is black: if it counts to 1, its bounds are to be 0 and 1; if to 255, its type uint8")
            self.doubtful = False
        return nearest_bytes((pixels - low) * scale)


class Drawings:
    """What a task draws, as RGB: bytes, bits, numbers from 0 to 1, or from 0 to 255.

    Numbers that are not whole by their type count to 1 until one is larger, and to 255 from then on.
    """

    def __init__(self):
        self.most = 1

    def picture(self, image):
        pixels = numpy.asarray(image)
        if pixels.ndim == 3 and pixels.shape[0] in (1, 3, 4) and pixels.shape[2] not in (1, 3, 4):
            pixels = numpy.moveaxis(pixels, 0, -1)
        kind = pixels.dtype.kind
        fits = pixels.ndim == 2 or pixels.ndim == 3 and pixels.shape[2] in (1, 3, 4)
        if not fits or not pixels.size or kind not in "buif" or not 0 <= pixels.min() <= pixels.max() <= 255:
            raise ValueError(
                f"render() returned {type(image).__name__} with {described(pixels)}; taken are images [height, width] or "
                "[height, width, 1, 3 or 4] from 0 to 255, or 0 to 1")
        if kind == "b":
            pixels = nearest_bytes(pixels * 255.0)
        elif kind == "f":
            if pixels.max() > 1:
                self.most = 255
            pixels = nearest_bytes(pixels * (255.0 / self.most))
        return rgb(pixels.astype(numpy.uint8))


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
        self.space = space
        self.count = int(numpy.prod(space.shape))

    def write(self, value, vector):
        numbers = numpy.asarray(value, numpy.float64).ravel()
        # One number would fill all places.
        if numbers.size != self.count:
            raise ValueError
        vector[:] = numbers


class ChoicePart:
    """One of several, or several of them: one-hot vectors."""

    def __init__(self, space, sizes, starts):
        self.space, self.starts = space, starts
        self.places = numpy.concatenate(([0], numpy.cumsum(sizes)))
        self.count = int(self.places[-1])

    def write(self, value, vector):
        chosen = numpy.asarray(value).ravel() - self.starts
        if not ((0 <= chosen) & (chosen < numpy.diff(self.places))).all():
            raise ValueError
        vector[:] = 0
        vector[self.places[:-1] + chosen] = 1


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
        return ChoicePart(space, [space.n], [space.start])
    if isinstance(space, kinds.MultiDiscrete):
        return ChoicePart(space, space.nvec.ravel(), getattr(space, "start", numpy.zeros_like(space.nvec)).ravel())
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
        return piece.picture(self.find(value, path), size, padded, name)

    def vector(self, value):
        vector = numpy.empty(self.count, "<f4")
        for path, piece, start, name in self.numbers:
            found = self.find(value, path)
            part = vector[start:start + piece.count]
            try:
                piece.write(found, part)
            except (TypeError, ValueError, IndexError):
                raise ValueError(
                    f"{name} came with {described(found)}, its space is {piece.space}: {found!r}") from None
            if not numpy.isfinite(part).all():
                raise ValueError(f"{name} holds what is no finite number of 32 bits: {found!r}")
        return vector


class NumberActions:
    """A box: [-1, 1] is stretched to the range of each element. Whole numbers have equal shares of it."""

    sizes = None
    notes = ()

    def __init__(self, space):
        self.space = space
        self.low, self.high, missing = bounds(space.low.ravel(), space.high.ravel())
        self.count = len(self.low)
        if missing:
            self.notes = (
                f"the action {space} has bounds that are missing, or beyond a million: [-1, 1], or two from its other bound, "
                "is taken",)
        self.whole = numpy.issubdtype(space.dtype, numpy.integer)

    def action(self, vector):
        share = (numpy.clip(vector, -1, 1) + 1) / 2
        if self.whole:
            values = numpy.minimum(self.high, numpy.floor(self.low + share * (self.high - self.low + 1)))
        else:
            values = self.low + share * (self.high - self.low)
        return values.reshape(self.space.shape).astype(self.space.dtype)


class ChoiceActions:
    """One choice, or several at once: the largest element of each group."""

    notes = ()

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
