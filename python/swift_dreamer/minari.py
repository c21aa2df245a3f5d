"""Episodes of a Minari-like HDF5 file as the .npz files that `dreamer import` takes.

    python -m swift_dreamer.minari main_data.hdf5 episodes --low -2 --high 2
"""
import argparse
import pathlib

import numpy as np


def from_minari(path, folder, low=-1.0, high=1.0):
    """Writes each episode of an HDF5 file into `folder`; returns the files, in the file's order.

    A group `episode_N` holds `observations` [T + 1, ...] or a group of such arrays, `actions` [T] or [T, n], `rewards`, `terminations` and
    `truncations` [T]. Observations of bytes with three dimensions a step become `image`, all others one `vector`, by name. Numbers as actions lie
    between `low` and `high` (numbers, or one for each), and are stretched to [-1, 1]; choices stay as they are."""
    import h5py

    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    with h5py.File(path) as file:
        names = [name for name in file if name.startswith("episode_")]
        if not names:
            raise ValueError(f"{path} has no group episode_N: it holds {', '.join(file) or 'nothing'}")
        for name in sorted(names, key=lambda name: int(name.split("_")[1])):
            try:
                arrays = _episode(file[name], np.asarray(low, np.float32), np.asarray(high, np.float32))
            except (KeyError, ValueError) as error:
                raise ValueError(f"{path}: {name}: {error}") from error
            files.append(folder / f"{name.split('_')[1].zfill(6)}.npz")
            np.savez_compressed(files[-1], **arrays)
    return files


def _episode(group, low, high):
    rewards = np.asarray(group["rewards"], np.float32)
    steps = len(rewards) + 1
    arrays = _observations(group["observations"], steps)
    actions = np.asarray(group["actions"])
    if actions.dtype.kind == "f":
        actions = (2 * (actions.reshape(steps - 1, -1) - low) / (high - low) - 1).astype(np.float32)
        if np.abs(actions).max(initial=0) > 1.0001:
            raise ValueError("actions leave the range from low to high: give the bounds of their space")
        actions = actions.clip(-1, 1)
    elif actions.shape != (steps - 1,):
        raise ValueError(f"actions have the shape {actions.shape}: several choices at once cannot be told apart")
    arrays["action"] = np.concatenate([actions, np.zeros_like(actions[:1])])
    arrays["reward"] = np.concatenate([np.zeros(1, np.float32), rewards])
    arrays["is_first"], arrays["is_last"] = np.arange(steps) == 0, np.arange(steps) == steps - 1
    arrays["is_terminal"] = arrays["is_last"] & bool(np.asarray(group["terminations"])[-1:].any())
    return arrays


def _observations(part, steps):
    parts = {"": part} if hasattr(part, "dtype") else {name: part[name] for name in sorted(part)}
    arrays, numbers = {}, []
    for name, values in parts.items():
        values = np.asarray(values)
        if len(values) != steps:
            raise ValueError(f"{len(values)} observations {name}, where {steps - 1} rewards want {steps}")
        if values.dtype == np.uint8 and values.ndim == 4:
            if "image" in arrays:
                raise ValueError("it shows more than one image")
            arrays["image"] = values
        else:
            numbers.append(values.reshape(steps, -1).astype(np.float32))
    if numbers:
        arrays["vector"] = np.concatenate(numbers, axis=1)
    return arrays


def main():
    parser = argparse.ArgumentParser(prog="python -m swift_dreamer.minari", description=__doc__.split("\n")[0])
    parser.add_argument("file", help="the HDF5 file, main_data.hdf5 of a Minari data set")
    parser.add_argument("folder", help="where the .npz files go")
    parser.add_argument("--low", type=float, default=-1.0, help="lower bound of actions that are numbers")
    parser.add_argument("--high", type=float, default=1.0, help="their upper bound")
    arguments = parser.parse_args()
    try:
        files = from_minari(arguments.file, arguments.folder, arguments.low, arguments.high)
    except (OSError, ValueError) as error:
        parser.exit(1, f"{error}\n")
    print(f"{len(files)} episodes in {arguments.folder}")


if __name__ == "__main__":
    main()
