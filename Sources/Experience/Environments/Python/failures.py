"""What an environment raised, as one line: what it was, where in the task's own code, and what may help."""

import os
import sys
import sysconfig
import traceback

# Those that `scripts/setup --envs` installs.
PACKAGES = {"ale_py", "crafter", "cv2", "dm_control", "gymnasium", "mujoco", "numpy", "pygame"}
# Those that call a task, or that it calls: a line of theirs says less than the task's own.
LIBRARIES = ("gymnasium", "numpy", "cv2")


def line_about(error, source=None):
    """- source: the task's own function that was asked, for an error that is about what it returned."""
    line = f"{type(error).__name__}: {error}"
    if place := place_of(error) or definition(source):
        line += f" ({place})"
    if help := help_with(error):
        line += f"; {help}"
    return " ".join(line.split())


def shown(path):
    """The path as a person in the working directory would write it."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def place_of(error):
    """FILE:LINE of the innermost line that is the task's own, if there is one."""
    standard, packages = (sysconfig.get_path(name) + os.sep for name in ("stdlib", "purelib"))
    skipped = tuple(os.path.join(packages, library) + os.sep for library in LIBRARIES)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = frame.filename
        # This program's modules have no file.
        if not os.path.isabs(path) or path.startswith(skipped):
            continue
        if path.startswith(standard) and not path.startswith(packages):
            continue
        return f"{shown(path)}:{frame.lineno}"
    return None


def definition(function):
    """FILE:LINE where a function begins, where it is written in Python."""
    code = getattr(function, "__code__", None)
    return f"{function.__qualname__}, {shown(code.co_filename)}:{code.co_firstlineno}" if code else None


def help_with(error):
    if draws(error):
        chosen, installs = os.environ["MUJOCO_GL"], "`scripts/setup --envs` installs all that is needed"
        return f"MuJoCo draws with EGL, for which {installs}" if chosen == "egl" else (
            f"MUJOCO_GL is {chosen}; unset it for egl, for which {installs}")
    if isinstance(error, ImportError):
        missing = (error.name or "").partition(".")[0]
        if missing in PACKAGES or not isinstance(error, ModuleNotFoundError):
            return "`scripts/setup --envs` installs the environments' packages"
        return (
            f"`{sys.executable} -m pip install` puts a package where it is found, and python/FILE.py:CLASS finds modules "
            "beside its file")
    if type(error).__name__ in ("NameNotFound", "NamespaceNotFound"):
        return "the module that registers an id is named before it: gym/MODULE:ID"
    if isinstance(error, EOFError) or type(error).__name__ == "BdbQuit":
        return "nobody can answer here: standard input is empty"
    return None


def draws(error):
    """Whether it came from where MuJoCo's pictures are drawn."""
    files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    return any(part in file for file in files for part in ("/OpenGL/", "/dm_control/_render/", "/mujoco/egl/", "/glfw/"))
