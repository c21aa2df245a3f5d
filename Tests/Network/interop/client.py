#!/usr/bin/env python3
"""An actor in plain Python, written from docs/protocol.md and Proto/ alone.

Joins a learner, sends one trajectory, waits for its acknowledgement and for weights, says goodbye, and prints what it
saw as one line of JSON. Needs no packages: protobuf is written and read by the few lines below, LZ4 blocks consist of
literals only.

Usage: client.py HOST PORT TOKEN
"""

import json
import math
import socket
import struct
import sys

HELLO, WELCOME, REFUSAL, TRAJECTORY, ACKNOWLEDGEMENT, CREDIT, OFFER, CHUNK, REPORT, HEARTBEAT, GOODBYE = range(1, 12)


def crc32c(data, crc=0):
    crc ^= 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


# Protobuf: tags, varints, fixed numbers and lengths.

def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def fixed32(field, value):
    return varint(field << 3 | 5) + struct.pack("<I", value)


def fixed64(field, value):
    return varint(field << 3 | 1) + struct.pack("<Q", value)


def data(field, value):
    return varint(field << 3 | 2) + varint(len(value)) + value


def read_varint(message, at):
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def parse(message):
    """Fields of a message: number -> list of values (int, or bytes where the field has a length)."""
    fields, at = {}, 0
    while at < len(message):
        tag, at = read_varint(message, at)
        kind = tag & 7
        if kind == 0:
            value, at = read_varint(message, at)
        elif kind == 1:
            value, at = struct.unpack_from("<Q", message, at)[0], at + 8
        elif kind == 5:
            value, at = struct.unpack_from("<I", message, at)[0], at + 4
        elif kind == 2:
            length, at = read_varint(message, at)
            value, at = message[at:at + length], at + length
        else:
            raise ValueError(f"wire type {kind}")
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def packed(values):
    """Numbers of a packed repeated field."""
    out = []
    for value in values:
        at = 0
        while at < len(value):
            item, at = read_varint(value, at)
            out.append(item)
    return out


# Frames.

def send(stream, kind, message, payload=b""):
    head = b"DRMR" + struct.pack("<III", kind, len(message), len(payload))
    stream.sendall(head + struct.pack("<I", crc32c(head + message)) + message + payload)


def exactly(stream, count):
    out = bytearray()
    while len(out) < count:
        piece = stream.recv(count - len(out))
        if not piece:
            raise EOFError("the learner closed the connection")
        out += piece
    return bytes(out)


def receive(stream):
    head = exactly(stream, 20)
    assert head[:4] == b"DRMR", head
    kind, message_length, payload_length, checksum = struct.unpack("<IIII", head[4:])
    message = exactly(stream, message_length)
    assert crc32c(head[:16] + message) == checksum
    return kind, parse(message), exactly(stream, payload_length)


# The trajectory.

def literals(raw):
    """An LZ4 block of one sequence that is all literals."""
    length = len(raw)
    if length < 15:
        return bytes([length << 4]) + raw
    rest, more = length - 15, b""
    while rest >= 255:
        more, rest = more + b"\xff", rest - 255
    return b"\xf0" + more + bytes([rest]) + raw


def trajectory(steps=20, height=4, width=4, channels=3, actions=2):
    columns = struct.pack(f"<{steps * actions}f", *[float(i) for i in range(steps * actions)])
    columns += struct.pack(f"<{steps}f", *[i / 2 for i in range(steps)])
    columns += struct.pack(f"<{steps}Q", *[7] * steps)
    columns += bytes([1] + [0] * (steps - 1))
    size = height * width * channels
    images = bytes(i % 251 for i in range(steps * size))
    blocks = [literals(columns)]
    for first in range(0, steps, 16):
        blocks.append(literals(images[first * size:min(first + 16, steps) * size]))
    payload = b"".join(blocks)
    message = number(1, 1) + number(2, 0) + number(3, 0) + number(4, steps)
    message += number(5, height) + number(6, width) + number(7, channels) + number(8, actions)
    message += data(9, b"".join(varint(len(block)) for block in blocks)) + fixed32(10, crc32c(payload))
    return message, payload


def weights(blob):
    length = struct.unpack_from("<I", blob)[0]
    fields, values = parse(blob[4:4 + length]), blob[4 + length:]
    tensors = {}
    for tensor in map(parse, fields.get(2, [])):
        shape, start = packed(tensor.get(2, [])), tensor.get(3, [0])[0]
        tensors[tensor[1][0].decode()] = {
            "shape": shape,
            "values": list(struct.unpack_from(f"<{math.prod(shape)}f", values, start)),
        }
    return {"version": fields.get(1, [0])[0], "layout": fields.get(3, [0])[0], "tensors": tensors}


def main(host, port, token):
    seen = {}
    with socket.create_connection((host, int(port)), timeout=10) as stream:
        hello = number(1, 2) + data(3, token.encode()) + number(4, 1) + data(5, b"python")
        send(stream, HELLO, hello + fixed64(6, 42) + number(9, 1))
        kind, fields, _ = receive(stream)
        if kind == REFUSAL:
            sys.exit(fields[2][0].decode())
        assert kind == WELCOME
        seen["run"] = fields[2][0].decode()
        message, payload = trajectory()
        # What a trajectory takes of the credit: its decompressed bytes.
        needed = 20 * (4 * 2 + 13 + 4 * 4 * 3)
        credit, sent, offer, blob = 0, False, None, b""
        while "acknowledged" not in seen or "weights" not in seen:
            kind, fields, body = receive(stream)
            if kind == CREDIT:
                credit += fields[1][0]
            elif kind == ACKNOWLEDGEMENT:
                seen["acknowledged"] = packed(fields.get(1, []))
            elif kind == OFFER:
                offer, blob = fields, b""
            elif kind == CHUNK:
                blob += body
                if len(blob) == offer[2][0]:
                    assert crc32c(blob) == offer[4][0]
                    seen["weights"] = weights(blob)
            elif kind == HEARTBEAT and not fields.get(2, [0])[0]:
                send(stream, HEARTBEAT, fixed64(1, fields.get(1, [0])[0]) + number(2, 1))
            if not sent and credit >= needed:
                send(stream, TRAJECTORY, message, payload)
                sent = True
        send(stream, GOODBYE, number(1, 1) + data(2, b"done"))
        while True:
            try:
                receive(stream)
            except EOFError:
                break
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
