"""Pictures of the user's behind what MuJoCo draws: images or videos of a folder."""

import os

import cv2
import numpy

IMAGES = (".bmp", ".jpeg", ".jpg", ".png", ".webp")
VIDEOS = (".avi", ".mkv", ".mov", ".mp4", ".webm")
LONGEST = 1000  # frames of a video that are used
KEPT_BYTES = 256 << 20  # of files that are kept as they are shown

GEOM, PLANE = 5, 0  # MuJoCo's mjOBJ_GEOM, mjGEOM_PLANE


class Backgrounds:
    """Each episode draws a file and, of a video, a first frame and a direction; it turns round at the video's ends.

    Which ones are drawn follows from the seed and the names of the files.
    """

    def __init__(self, folder, size, seed):
        if not os.path.isdir(folder):
            raise ValueError(f"there is no folder of backgrounds {folder} in {os.getcwd()}")
        endings = IMAGES + VIDEOS
        self.files = sorted(
            os.path.join(path, name) for path, _, names in os.walk(folder) for name in names
            if name.lower().endswith(endings))
        if not self.files:
            raise ValueError(f"the folder {folder} holds no backgrounds: files that end with {', '.join(endings)}")
        self.size = size
        self.random = numpy.random.default_rng(seed)
        self.kept = {}
        self.frames, self.place, self.direction = None, 0, 1

    def start(self):
        self.frames = self.read(self.files[self.random.integers(len(self.files))])
        self.place = int(self.random.integers(len(self.frames)))
        self.direction = 1 if self.random.random() < 0.5 else -1

    def behind(self, image, hidden):
        """The image [size, size, 3] with the next frame where `hidden` [size, size]."""
        frame = self.frames[self.place]
        if not 0 <= self.place + self.direction < len(self.frames):
            self.direction = -self.direction
        if len(self.frames) > 1:
            self.place += self.direction
        return numpy.where(hidden[:, :, None], frame, image)

    def read(self, path):
        """The frames of a file as they are shown; the files that were read last are kept."""
        frames = self.kept.pop(path, None)
        if frames is None:
            frames = self.video(path) if path.lower().endswith(VIDEOS) else self.image(path)
        self.kept[path] = frames
        while len(self.kept) > 1 and sum(kept.nbytes for kept in self.kept.values()) > KEPT_BYTES:
            del self.kept[next(iter(self.kept))]
        return frames

    def image(self, path):
        image = cv2.imread(path, cv2.IMREAD_COLOR)
        if image is None:
            raise ValueError(f"the background {path} is no image that OpenCV reads")
        return self.fitted(image)[None]

    def video(self, path):
        video, frames = cv2.VideoCapture(path), []
        while len(frames) < LONGEST:
            found, image = video.read()
            if not found:
                break
            frames.append(self.fitted(image))
        video.release()
        if not frames:
            raise ValueError(f"the background {path} is no video that OpenCV reads")
        return numpy.stack(frames)

    def fitted(self, image):
        """The middle square of an image in OpenCV's colours, as RGB of the size that is shown."""
        side = min(image.shape[:2])
        top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
        square = image[top:top + side, left:left + side]
        kind = cv2.INTER_AREA if side >= self.size else cv2.INTER_LINEAR
        return cv2.cvtColor(cv2.resize(square, (self.size, self.size), interpolation=kind), cv2.COLOR_BGR2RGB)


def background(segments, kinds):
    """Whether each pixel [h, w] shows the sky or the floor.

    `segments` [h, w, 2] holds the number and the kind of the object that is seen, `kinds` the shape of each geom.
    """
    numbers, objects = segments[:, :, 0], segments[:, :, 1]
    floor = (objects == GEOM) & (kinds[numpy.maximum(numbers, 0)] == PLANE)
    return (numbers < 0) | floor
