import random

import numpy as np
import pytest
from swift_dreamer import blocks, experience


@pytest.fixture(params=["c", "python"])
def implementation(request, monkeypatch):
    if request.param == "python":
        monkeypatch.setattr(blocks, "_lz4", None)
        monkeypatch.setattr(blocks, "_crc", None)
    elif blocks._lz4 is None or blocks._crc is None: pytest.skip("lz4 or google-crc32c is not installed")
    return request.param


def samples():
    numbers = random.Random(1)
    yield b""
    yield b"a" * 5000
    yield b"abc" * 700 + b"xyz"
    for size in (1, 14, 15, 16, 269, 270, 271, 4096): yield bytes(numbers.randrange(4) for _ in range(size))


def test_the_checksum_is_that_of_the_protocol(implementation):
    assert blocks.crc32c(b"123456789") == blocks.crc32c(b"1234", b"56789") == 0xE3069283


def test_blocks_are_read_back_by_both(implementation):
    import lz4.block
    for raw in samples():
        assert blocks.decompress(lz4.block.compress(raw, store_size=False), len(raw)) == raw
        assert lz4.block.decompress(blocks.compress(raw), uncompressed_size=len(raw)) == raw


def test_what_is_no_block_is_refused(implementation):
    whole = blocks.compress(b"abcdefgh" * 100)
    for bad in (b"", whole[:-1], b"\x10", b"\x1fa\xff\xff", b"\x00\x00\x00"):
        with pytest.raises(blocks.BlockError): blocks.decompress(bad, 800)
    with pytest.raises(blocks.BlockError): blocks.decompress(whole, 799)


@pytest.mark.parametrize("steps", [1, 16, 17, 40])
@pytest.mark.parametrize("image, vector", [((4, 4, 3), 0), (None, 3), ((2, 2, 1), 5)])
def test_trajectories_are_read_back(steps, image, vector):
    numbers = np.random.default_rng(steps)
    one = experience.Trajectory(
        numbers.standard_normal((steps, 2)).astype(np.float32), numbers.standard_normal(steps).astype(np.float32),
        numbers.integers(0, 9, steps).astype(np.uint64), numbers.integers(0, 8, steps).astype(np.uint8),
        image and numbers.integers(0, 256, (steps, *image)).astype(np.uint8),
        numbers.standard_normal((steps, vector)).astype(np.float32) if vector else None)
    parts = one.encode()
    assert len(parts) == 1 + (-(-steps // 16) if image else 0)
    assert one.step_bytes == 4 * (2 + vector) + 13 + (int(np.prod(image)) if image else 0)
    other = experience.decode(b"".join(parts), [len(part) for part in parts], steps, 2, image or (0, 0, 0), vector)
    for name in ("actions", "rewards", "versions", "flags", "images", "vectors"):
        a, b = getattr(one, name), getattr(other, name)
        assert (a is None and b is None) or np.array_equal(a, b), name
