"""Reads a replay, also while a learner writes it. docs/storage.md describes the tables."""
import json
import pathlib
import sqlite3
import warnings

from .experience import DamagedError, decode


class Replay:
    """The trajectories in a run's directory, oldest first. It changes nothing there."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        path = (self.directory / "replay.sqlite").resolve()
        if not path.exists(): raise FileNotFoundError(f"{self.directory} holds no replay.sqlite")
        # A second connection that may write could make a learner lose what is in its log.
        self.database = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        self.database.row_factory = sqlite3.Row
        schema = self.database.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        if schema and int(schema[0]) > 3: raise ValueError(f"{path} is of a later release: schema {schema[0]}")

    def __enter__(self): return self
    def __exit__(self, *_): self.database.close()
    def __len__(self): return self.database.execute("SELECT count(*) FROM trajectory").fetchone()[0]

    @property
    def steps(self): return self.database.execute("SELECT coalesce(sum(steps), 0) FROM trajectory").fetchone()[0]

    def rows(self):
        """What the database says of each trajectory, as dictionaries."""
        return [dict(row) for row in self.database.execute("SELECT * FROM trajectory ORDER BY id")]

    def frame(self):
        """The same as a pandas table."""
        import pandas
        return pandas.DataFrame(self.rows()).set_index("id")

    def __iter__(self):
        """All trajectories with their row; those that are damaged are left out, with a warning."""
        for row in self.rows():
            try: one = self.read(row)
            except DamagedError as error: warnings.warn(f"left out: {error}", stacklevel=2)
            else: yield row, one

    def read(self, row):
        """The trajectory of a row, or of an id; `DamagedError` where it is not what was stored."""
        if not isinstance(row, dict):
            found = self.database.execute("SELECT * FROM trajectory WHERE id = ?", (row,)).fetchone()
            if found is None: raise KeyError(f"there is no trajectory {row}")
            row = dict(found)
        shape = row["image_height"], row["image_width"], row["image_channels"]
        sizes = json.loads(row["blocks"])
        try: return decode(self._payload(row), sizes, row["steps"], row["action_count"], shape, self._vector, row["checksum"])
        except ValueError as error: raise DamagedError(f"trajectory {row['id']}: {error}") from None

    @property
    def _vector(self):
        """Observed numbers of a step, which the shape names where there are any: "64x64x3, 5, 6" and "64x64x3, 6"."""
        row = self.database.execute("SELECT value FROM meta WHERE key = 'shape'").fetchone()
        parts = row[0].split(", ") if row else []
        return int(parts[1]) if len(parts) == 3 else 0

    def _payload(self, row):
        if row["file"] is None:
            found = self.database.execute("SELECT bytes FROM payload WHERE id = ?", (row["id"],)).fetchone()
            if found is None: raise DamagedError("its payload is gone")
            return found[0]
        path = self.directory / f"replay-{row['file']:010d}.payloads"
        try:
            with path.open("rb") as file:
                file.seek(row["offset"])
                return file.read(row["bytes"])
        except FileNotFoundError: raise DamagedError(f"{path.name} is gone") from None
