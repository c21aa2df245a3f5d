"""Reads what a run has measured; docs/metrics.md lists every kind of line and its fields."""
import json
import pathlib
import time


class Run:
    """A run's directory, finished or not."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        if not (self.directory / "config.yaml").exists(): raise FileNotFoundError(f"{directory} holds no run: there is no config.yaml")

    @property
    def configuration(self):
        """Sections of settings, as docs/configuration.md lists them."""
        from .wire import configuration
        return configuration((self.directory / "config.yaml").read_text())

    def metrics(self, kind=None):
        """The lines of metrics.jsonl as dictionaries, of one kind or of all; what is half written or damaged is left out."""
        path = self.directory / "metrics.jsonl"
        return [line for line in map(_parsed, path.read_bytes().splitlines()) if line and kind in (None, line.get("kind"))] if path.exists() else []

    def frame(self, kind):
        """The lines of a kind as a pandas table; `time` is a column of moments."""
        import pandas
        frame = pandas.json_normalize(self.metrics(kind))
        if "time" in frame: frame["time"] = pandas.to_datetime(frame["time"], unit="s", utc=True)
        return frame

    @property
    def evaluations(self): return self.metrics("evaluation")
    @property
    def episodes(self): return self.metrics("episode")

    @property
    def replay(self):
        from .replay import Replay
        return Replay(self.directory)

    def follow(self, kind=None, until=lambda: False, interval=0.5):
        """Gives each line as it is written, from the first on, until `until` says so and no more come."""
        path, file, rest = self.directory / "metrics.jsonl", None, b""
        while True:
            over = until()
            # A learner replaces the file by a shorter one where it has grown too large: its lines are known.
            if file and path.exists() and path.stat().st_ino != inode: file, rest = path.open("rb"), b""; inode = path.stat().st_ino; file.seek(0, 2)
            if not file and path.exists(): file = path.open("rb"); inode = path.stat().st_ino
            lines = (rest + file.read()).split(b"\n") if file else [b""]
            rest = lines.pop()
            for line in map(_parsed, lines):
                if line and kind in (None, line.get("kind")): yield line
            if over: return
            time.sleep(interval)


def _parsed(line):
    try: value = json.loads(line)
    except ValueError: return None
    return value if isinstance(value, dict) else None
