"""LZ4 blocks and CRC-32C, in C where a package for it is there."""

try:
    import lz4.block as _lz4
except ImportError:
    _lz4 = None
try:
    import google_crc32c as _crc
except ImportError:
    _crc = None


class BlockError(ValueError):
    """Bytes that are no LZ4 block of the expected size."""


def _table():
    for value in range(256):
        for _ in range(8): value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        yield value


_TABLE = tuple(_table())


def crc32c(*parts):
    """The checksum of all parts, one after the other."""
    if _crc is not None:
        value = 0
        for part in parts: value = _crc.extend(value, bytes(part))
        return value
    value = 0xFFFFFFFF
    for part in parts:
        for byte in part: value = value >> 8 ^ _TABLE[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF


def compress(raw):
    """An LZ4 block; without the package one that is all literals."""
    if _lz4 is not None: return _lz4.compress(raw, store_size=False)
    if len(raw) < 15: return bytes([len(raw) << 4]) + raw
    rest = len(raw) - 15
    return b"\xf0" + b"\xff" * (rest // 255) + bytes([rest % 255]) + raw


def decompress(block, size):
    """The `size` bytes that a block stands for."""
    if _lz4 is not None:
        try: raw = _lz4.decompress(block, uncompressed_size=size)
        except _lz4.LZ4BlockError as error: raise BlockError(str(error)) from None
    else: raw = _decompress(block)
    if len(raw) != size: raise BlockError(f"a block of {len(raw)} bytes, not {size}")
    return raw


def _decompress(block):
    out, at = bytearray(), 0

    def length(nibble):
        nonlocal at
        total = nibble
        while nibble == 15:
            total, at = total + block[at], at + 1
            if block[at - 1] != 255: break
        return total

    try:
        while True:
            token, at = block[at], at + 1
            literals = length(token >> 4)
            if at + literals > len(block): raise BlockError("a block that is cut short")
            out += block[at:at + literals]
            at += literals
            if at == len(block): return bytes(out)
            offset, at = block[at] | block[at + 1] << 8, at + 2
            count = 4 + length(token & 15)
            if not 0 < offset <= len(out): raise BlockError("a block that refers to what is before it")
            start = len(out) - offset
            # What is copied may overlap with what is being written.
            pattern = bytes(out[start:start + count])
            out += (pattern * (count // len(pattern) + 1))[:count]
    except IndexError: raise BlockError("a block that is cut short") from None
