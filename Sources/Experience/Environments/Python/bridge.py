"""Plays environments of Python packages for a Swift parent over one socket. Standard input is empty, and what is printed goes
to the parent by another way: both are the environments' own.

Records are little-endian. A request is operation, environment and payload length (u32 each) and the payload; the
answer is status (u8: 0 done, 1 failed), flags (u8: 1 first, 2 last, 4 terminal), 0 (u16), reward (f32), payload length
(u32) and the payload. Environments are numbered as they are made, from 0.

    operation   payload of the request       payload of the answer
    0 make      JSON, see `Repeating`        JSON: choices (sizes of groups) or numbers (count), image (bool), vector (count),
                                             notes (lines for people)
    1 reset     -                            RGB image [size, size, 3] if there is one, numbers (f32 each)
    2 step      action vector (f32 each)     the same
    3 close     -                            -
    4 unlocked  -                            JSON: names of the achievements that the episode has seen

A failure's payload is a one-line message; its traceback is printed. The process ends when the socket does.
"""

import os

# Environments of one process are played one after the other: threads would only take cores from other processes.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ.setdefault("MUJOCO_GL", "egl")
os.environ.setdefault("LP_NUM_THREADS", "0")  # Mesa draws on the thread that asks

import importlib.util
import json
import select
import struct
import sys
import threading
import traceback

from __main__ import requests

try:
    import numpy

    from dreamer_backgrounds import Backgrounds, background
    from dreamer_failures import line_about
    from dreamer_spaces import Drawings, Observations, actions, shrink
except ImportError as error:
    sys.exit(f"{error}; `scripts/setup --envs` installs the environments' packages")

REQUEST = struct.Struct("<III")
ANSWER = struct.Struct("<BBHfI")
FIRST, LAST, TERMINAL = 1, 2, 4
LARGEST = float(numpy.finfo(numpy.float32).max)


def from_unit_range(vector, low, high):
    """The vector in [-1, 1] as one in the range of each element, where it has one."""
    bounded = numpy.isfinite(low) & numpy.isfinite(high)
    low, high = numpy.where(bounded, low, -1), numpy.where(bounded, high, 1)
    return low + (numpy.clip(vector, -1, 1) + 1) / 2 * (high - low)


def number(reward):
    """A reward of any numeric kind, such as an array of one element, as a float."""
    if isinstance(reward, (int, float)):
        return float(reward)
    try:
        if reward is None or isinstance(reward, (str, bytes)):
            raise TypeError
        value = numpy.asarray(reward, numpy.float64)
    except (TypeError, ValueError):
        raise ValueError(f"the reward is no number: {type(reward).__name__} {reward!r}") from None
    if value.size != 1:
        raise ValueError(f"the reward has shape {value.shape}: one number is taken")
    return value.item()


class Repeating:
    """What plays an action for some frames and ends an episode after `time_limit` of them, if there is a limit.

    A family of environments is a subclass with its name as `family`; its options are those that Swift's table of families
    gives it, and name, seed and image. It has either `choices`, sizes of the groups of one-hot vectors, or `count` numbers
    as action.
    """

    choices = None
    count = 0
    shows_image = True
    vector_count = 0
    notes = ()

    def __init__(self, options):
        self.size = options["image"]
        self.repeat = options["action_repeat"]
        self.limit = options.get("time_limit")
        self.frames = 0

    def reset(self):
        self.frames = 0
        self.start()
        return self.observation()

    def step(self, vector):
        action, total, flags = self.action(vector), 0.0, 0
        for frame in range(self.repeat):
            if 0 < frame == self.repeat - 1:
                self.before_last()
            reward, flags = self.frame(action)
            total += number(reward)
            self.frames += 1
            flags = flags or (LAST if self.frames == self.limit else 0)
            if flags:
                break
        if not abs(total) <= LARGEST:
            raise ValueError(f"the reward {total} is not a finite number of 32 bits: at most {LARGEST:.1e} is taken")
        return self.observation(), total, flags

    def observation(self):
        """Bytes of the image, if there is one, and of the numbers after it."""
        picture = self.picture().tobytes() if self.shows_image else b""
        return picture + (self.vector().tobytes() if self.vector_count else b"")

    def close(self):
        """Ends what the environment holds."""

    def before_last(self):
        """Comes before the last of several frames."""

    def unlocked(self):
        """Names of the achievements that the episode has seen."""
        return []

    def source(self, method):
        """The task's own function of that name, where it is written in Python."""


class Atari(Repeating):
    """An Atari game by the name of its ROM."""

    family = "atari"

    def __init__(self, options):
        import ale_py
        import ale_py.roms

        super().__init__(options)
        path = ale_py.roms.get_rom_path(options["name"])
        if path is None:
            raise ValueError(f"ale-py has no game {options['name']}")
        ale_py.ALEInterface.setLoggerMode(ale_py.LoggerMode.Error)
        self.ale = ale_py.ALEInterface()
        self.ale.setInt("random_seed", options["seed"] % 2**31)
        self.ale.setInt("frame_skip", 1)
        self.ale.setFloat("repeat_action_probability", options["sticky"])
        self.ale.setInt("max_num_frames_per_episode", 0)
        self.ale.loadROM(path)
        self.actions = self.ale.getMinimalActionSet()
        self.choices = [len(self.actions)]
        self.random = numpy.random.default_rng(options["seed"])
        self.no_ops = options["no_ops"]
        self.screen, self.previous = (numpy.zeros((*self.ale.getScreenDims(), 3), numpy.uint8) for _ in range(2))
        self.pooled = False

    def start(self):
        self.ale.reset_game()
        for _ in range(self.random.integers(self.no_ops + 1)):
            self.ale.act(0)
            if self.ale.game_over():
                self.ale.reset_game()

    def action(self, vector):
        return self.actions[int(vector.argmax())]

    def frame(self, action):
        return self.ale.act(action), LAST | TERMINAL if self.ale.game_over() else 0

    def before_last(self):
        self.ale.getScreenRGB(self.previous)
        self.pooled = True

    def picture(self):
        """Games that draw objects in alternating frames show them all in the maximum of the last two."""
        self.ale.getScreenRGB(self.screen)
        image = numpy.maximum(self.screen, self.previous) if self.pooled else self.screen
        self.pooled = False
        return shrink(image, self.size)

    def close(self):
        self.ale = None


class Crafter(Repeating):
    """Crafter."""

    family = "crafter"

    def __init__(self, options):
        import crafter

        class Ordered(crafter.Env):
            """Crafter picks creatures by their place in a set, which is ordered by addresses in memory: sorted here."""

            def _balance_object(self, chunk, objs, *rest):
                objs = sorted(objs, key=lambda creature: tuple(creature.pos))
                super()._balance_object(chunk, objs, *rest)

        super().__init__(options)
        if self.size < 18:
            raise ValueError(f"Crafter's images have at least 18 pixels a side, not {self.size}")
        # The time limit is the bridge's, as everywhere: dying is then the only end that is the game's own.
        self.game = Ordered(size=(self.size, self.size), length=None, seed=options["seed"] % 2**31)
        self.choices = [int(self.game.action_space.n)]
        self.image, self.achieved = None, {}

    def start(self):
        self.image, self.achieved = self.game.reset(), {}

    def action(self, vector):
        return int(vector.argmax())

    def frame(self, action):
        self.image, reward, over, info = self.game.step(action)
        self.achieved = info["achievements"]
        return reward, LAST | TERMINAL if over else 0

    def picture(self):
        return numpy.ascontiguousarray(self.image)

    def unlocked(self):
        return [name for name, count in self.achieved.items() if count > 0]

    def close(self):
        self.game = None


class Control(Repeating):
    """A task of the DeepMind Control suite, drawn or as its own numbers; its name is domain-task."""

    family = "dmc"

    def __init__(self, options):
        from dm_control import suite

        if not hasattr(numpy, "in1d"):
            numpy.in1d = numpy.isin  # the quadruped of releases up to 1.0.43 asks for what NumPy 2.4 has no more
        super().__init__(options)
        domain, task = options["name"].split("-", 1)
        self.environment = suite.load(
            domain, task, task_kwargs={"random": options["seed"] % 2**32, "time_limit": float("inf")})
        space, model = self.environment.action_spec(), self.environment.physics.model
        # An actuator without limits has a huge range, which is not to be filled.
        limited = model.actuator_ctrllimited.astype(bool)
        self.low = numpy.where(limited, space.minimum, -numpy.inf)
        self.high = numpy.where(limited, space.maximum, numpy.inf)
        model.vis.global_.offwidth = max(model.vis.global_.offwidth, self.size)
        model.vis.global_.offheight = max(model.vis.global_.offheight, self.size)
        self.count = int(numpy.prod(space.shape))
        self.camera = 2 if domain == "quadruped" else 0
        self.shows_image = options["observe"] != "vector"
        if options["observe"] != "image":
            parts = self.environment.observation_spec().values()
            self.vector_count = sum(int(numpy.prod(part.shape)) for part in parts)
        self.shown = None
        folder = options.get("backgrounds")
        self.backgrounds = Backgrounds(folder, self.size, options["seed"]) if folder else None

    def start(self):
        self.shown = self.environment.reset()
        if self.backgrounds:
            self.backgrounds.start()

    def action(self, vector):
        return from_unit_range(vector, self.low, self.high)

    def frame(self, action):
        self.shown = self.environment.step(action)
        if not self.shown.last():
            return self.shown.reward, 0
        return self.shown.reward, LAST | (TERMINAL if self.shown.discount == 0 else 0)

    def vector(self):
        parts = [numpy.ravel(part) for part in self.shown.observation.values()]
        return numpy.concatenate(parts).astype("<f4")

    def picture(self):
        physics = self.environment.physics
        image = physics.render(self.size, self.size, camera_id=self.camera)
        if not self.backgrounds:
            return image
        segments = physics.render(self.size, self.size, camera_id=self.camera, segmentation=True)
        return self.backgrounds.behind(image, background(segments, physics.model.geom_type))

    def close(self):
        self.environment.close()


class Gym(Repeating):
    """A registered environment: what it observes, or what it renders where that is asked for."""

    family = "gym"

    def __init__(self, options):
        super().__init__(options)
        self.wanted = options["observe"]
        self.arguments = json.loads(options.get("arguments") or "{}")
        self.wrappers = [name.strip() for name in (options.get("wrappers") or "").split(",") if name.strip()]
        self.padded = options.get("fit") == "pad"
        self.environment = self.made(options["name"], {})
        self.seen = Observations(self.environment.observation_space, self.wanted)
        self.drawn = self.seen.image is None and self.wanted == "image"
        self.drawings = Drawings()
        if self.drawn:
            modes = (getattr(self.environment, "metadata", None) or {}).get("render_modes", [])
            self.environment.close()
            if "rgb_array" not in modes:
                raise ValueError(
                    f"it shows no image and draws none (its render_modes are {modes}): set environment.observe to vector or both")
            self.environment = self.made(options["name"], {"render_mode": "rgb_array"})
        self.shows_image = self.drawn or self.seen.image is not None
        self.vector_count = self.seen.count
        if not self.shows_image and self.vector_count == 0:
            raise ValueError(f"of {self.environment.observation_space} nothing is left to observe")
        self.actions = actions(self.environment.action_space)
        self.choices, self.count, self.notes = self.actions.sizes, self.actions.count, self.actions.notes
        # What NumPy's older generators take, too.
        self.seed = options["seed"] % 2**32
        self.shown = None

    def made(self, name, extra):
        """The environment in its wrappers."""
        import gymnasium

        environment = self.bare(name, {**self.arguments, **extra})
        for wrapper in self.wrappers:
            if not hasattr(gymnasium.wrappers, wrapper):
                known = sorted(name for name in dir(gymnasium.wrappers) if name[0].isupper())
                raise ValueError(f"gymnasium has no wrapper {wrapper}; it has {', '.join(known)}")
            environment = getattr(gymnasium.wrappers, wrapper)(environment)
        return environment

    def bare(self, name, arguments):
        import gymnasium

        if name.startswith("ALE/"):
            import ale_py  # which registers them

        return gymnasium.make(name, **arguments)

    def start(self):
        # Only the first reset is seeded: later ones go on with the same generator.
        answer = self.environment.reset(seed=self.seed)
        self.shown, _ = self.values("reset", answer, "observation, info")
        self.seed = None

    @staticmethod
    def values(method, answer, names):
        """What a method returned, if it is so many values."""
        count = len(answer) if isinstance(answer, tuple) else 1
        if count != len(names.split(", ")):
            raise ValueError(f"{method} returned {count} values; Gymnasium's returns {names}")
        return answer

    def source(self, method):
        return getattr(getattr(self.environment, "unwrapped", self.environment), method, None)

    def action(self, vector):
        return self.actions.action(vector)

    def frame(self, action):
        answer = self.environment.step(action)
        self.shown, reward, terminated, truncated, _ = self.values(
            "step", answer, "observation, reward, terminated, truncated, info")
        return reward, LAST | TERMINAL if terminated else LAST if truncated else 0

    def picture(self):
        if not self.drawn:
            return self.seen.picture(self.shown, self.size, self.padded)
        return shrink(self.drawings.picture(self.environment.render()), self.size, self.padded)

    def vector(self):
        return self.seen.vector(self.shown)

    def close(self):
        self.environment.close()


class Local(Gym):
    """A class of a Python file, `FILE.py:Class`: its folder can be imported from."""

    family = "python"

    def bare(self, name, arguments):
        path, _, kind = name.rpartition(":")
        if not os.path.isfile(path):
            raise ValueError(f"there is no file {path} in {os.getcwd()}")
        module = self.module(os.path.abspath(path))
        if not hasattr(module, kind):
            raise ValueError(f"{path} has no class {kind}")
        environment = getattr(module, kind)(**arguments)
        for needed in ("observation_space", "action_space", "reset", "step"):
            if not hasattr(environment, needed):
                raise ValueError(f"{kind} has no {needed}: it is to be written as a gymnasium.Env")
        return environment

    @staticmethod
    def module(path):
        """The file as a module, once; under a name that no other has, whatever the file is called."""
        name = f"local file {path}"
        if name not in sys.modules:
            if os.path.dirname(path) not in sys.path:
                sys.path.insert(0, os.path.dirname(path))
            spec = importlib.util.spec_from_file_location(name, path)
            sys.modules[name] = importlib.util.module_from_spec(spec)
            try:
                spec.loader.exec_module(sys.modules[name])
            except BaseException:
                del sys.modules[name]
                raise
        return sys.modules[name]


FAMILIES = {family.family: family for family in (Atari, Crafter, Control, Gym, Local)}


class Bridge:
    def __init__(self):
        self.environments = []

    def make(self, _, payload):
        options = json.loads(payload)
        environment = FAMILIES[options["family"]](options)
        self.environments.append(environment)
        made = {
            "choices": environment.choices, "numbers": environment.count, "image": environment.shows_image,
            "vector": environment.vector_count, "notes": list(environment.notes)}
        return 0, 0.0, json.dumps(made).encode()

    def reset(self, number, _):
        return FIRST, 0.0, self.environments[number].reset()

    def step(self, number, payload):
        observed, reward, flags = self.environments[number].step(numpy.frombuffer(payload, "<f4"))
        return flags, reward, observed

    def unlocked(self, number, _):
        return 0, 0.0, json.dumps(self.environments[number].unlocked()).encode()

    def close(self, number, _):
        environment, self.environments[number] = self.environments[number], None
        environment.close()
        return 0, 0.0, b""

    def answer(self, operation, number, payload):
        method = ("make", "reset", "step", "close", "unlocked")[operation]
        try:
            flags, reward, result = getattr(self, method)(number, payload)
            return ANSWER.pack(0, flags, 0, reward, len(result)) + result
        except Exception as error:
            traceback.print_exc()
            environment = self.environments[number] if number < len(self.environments) else None
            result = line_about(error, environment and environment.source(method)).encode()[:1000]
            return ANSWER.pack(1, 0, 0, 0.0, len(result)) + result


def nobody_answers(*_, **__):
    raise RuntimeError("breakpoint() waits for somebody, and nobody can answer here")


def end_with_parent():
    """Ends the process when the other side of the socket is gone, even while an environment is busy."""
    hang_up = select.poll()
    hang_up.register(requests.fileno(), 0)
    hang_up.poll()
    sys.stdout.flush()
    os._exit(0)


def main():
    answers = os.fdopen(os.dup(requests.fileno()), "wb")
    sys.stdout.reconfigure(line_buffering=True)
    sys.breakpointhook = nobody_answers
    threading.Thread(target=end_with_parent, daemon=True).start()
    bridge = Bridge()
    while len(header := requests.read(REQUEST.size)) == REQUEST.size:
        operation, number, length = REQUEST.unpack(header)
        answers.write(bridge.answer(operation, number, requests.read(length)))
        answers.flush()


main()
