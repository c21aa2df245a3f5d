"""The protocol of docs/protocol.md: frames, and as much of protobuf as its messages need."""
import json
import struct

from .blocks import crc32c

VERSION = 2
(HELLO, WELCOME, REFUSAL, TRAJECTORY, ACKNOWLEDGEMENT, CREDIT, OFFER, CHUNK, REPORT, HEARTBEAT, GOODBYE, DRAIN) = range(1, 13)
FINISHED, REPLACED, PROTOCOL, SHUTDOWN = range(1, 5)  # reasons of Goodbye
MESSAGE_LIMIT, PAYLOAD_LIMIT = 1 << 20, 1 << 18  # what a learner sends


class ProtocolError(ConnectionError):
    """Bytes that are not the protocol's."""


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value): return varint(field << 3) + varint(value)
def fixed32(field, value): return varint(field << 3 | 5) + struct.pack("<I", value)
def fixed64(field, value): return varint(field << 3 | 1) + struct.pack("<Q", value)
def double(field, value): return varint(field << 3 | 1) + struct.pack("<d", value)
def data(field, value): return varint(field << 3 | 2) + varint(len(value)) + value
def text(field, value): return data(field, value.encode())
def packed(field, values): return data(field, b"".join(map(varint, values)))


def read_varint(message, at):
    value = shift = 0
    while True:
        byte, at = message[at], at + 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80: return value, at


class Message:
    """The fields of a message that was received; what is absent has its default, as protobuf wants it."""

    def __init__(self, encoded):
        self.fields, at = {}, 0
        try:
            while at < len(encoded):
                tag, at = read_varint(encoded, at)
                value, at = self._value(encoded, tag & 7, at)
                self.fields.setdefault(tag >> 3, []).append(value)
        except (IndexError, struct.error): raise ProtocolError("a message that is cut short") from None

    @staticmethod
    def _value(encoded, kind, at):
        if kind == 0: return read_varint(encoded, at)
        if kind == 1: return struct.unpack_from("<Q", encoded, at)[0], at + 8
        if kind == 5: return struct.unpack_from("<I", encoded, at)[0], at + 4
        if kind != 2: raise ProtocolError(f"a field of wire type {kind}")
        length, at = read_varint(encoded, at)
        if at + length > len(encoded): raise ProtocolError("a message that is cut short")
        return encoded[at:at + length], at + length

    def number(self, field): return self.fields.get(field, [0])[-1]
    def text(self, field): return bytes(self.fields.get(field, [b""])[-1]).decode(errors="replace")
    def messages(self, field): return [Message(value) for value in self.fields.get(field, [])]

    def numbers(self, field):
        """A repeated field, packed or not."""
        out = []
        for value in self.fields.get(field, []):
            if isinstance(value, int): out.append(value); continue
            at = 0
            while at < len(value):
                item, at = read_varint(value, at)
                out.append(item)
        return out


def frame(kind, message, payload=b""):
    head = b"DRMR" + struct.pack("<III", kind, len(message), len(payload))
    return head + struct.pack("<I", crc32c(head, message)) + message + payload


class Frames:
    """Takes bytes as they come, and gives frames: type, message and payload."""

    def __init__(self): self.buffer = bytearray()

    def feed(self, received):
        self.buffer += received
        while len(self.buffer) >= 20:
            head = bytes(self.buffer[:20])
            kind, message_length, payload_length, checksum = struct.unpack("<IIII", head[4:])
            if head[:4] != b"DRMR" or not HELLO <= kind <= DRAIN or message_length > MESSAGE_LIMIT or payload_length > PAYLOAD_LIMIT:
                raise ProtocolError("this is no learner, or the stream is damaged")
            end = 20 + message_length + payload_length
            if len(self.buffer) < end: return
            message = bytes(self.buffer[20:20 + message_length])
            if crc32c(head[:16], message) != checksum: raise ProtocolError("a frame with a wrong checksum")
            payload = bytes(self.buffer[20 + message_length:end])
            del self.buffer[:end]
            yield kind, Message(message), payload


def configuration(yaml):
    """The configuration in Welcome: sections of `key: value` lines, which is all of YAML that a learner writes."""
    sections, section = {}, {}
    for line in yaml.splitlines():
        key, _, value = line.partition(":")
        if not line.startswith(" "): section = sections.setdefault(key.strip(), {})
        else: section[key.strip()] = _scalar(value.strip())
    return sections


def _scalar(value):
    if value in ("", "null", "~"): return None
    if value[0] == "'": return value[1:-1].replace("''", "'")
    try: return json.loads(value)
    except ValueError: return float(value) if value in (".inf", "-.inf", ".nan") else value
