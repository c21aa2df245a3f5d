#!/usr/bin/env python3
"""Hands bytes on between those who connect to it and a learner, and flips a bit of them when it is told to:

    damaging_proxy.py LISTEN-PORT LEARNER-PORT

For each line on standard input, "up" or "down", it flips one bit of what next passes in that direction. It writes a line for
each connection that it takes.
"""

import asyncio
import sys


class Damage:
    """What is still to be damaged, in each direction."""

    def __init__(self):
        self.due = {"up": 0, "down": 0}

    def apply(self, direction, data):
        if not self.due[direction]:
            return data
        self.due[direction] -= 1
        middle = len(data) // 2
        return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1:]


async def hand_on(reader, writer, direction, damage):
    try:
        while data := await reader.read(1 << 16):
            writer.write(damage.apply(direction, data))
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def main(listen, learner):
    damage = Damage()

    async def serve(reader, writer):
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", learner)
        except OSError:
            return writer.close()
        print("connected", flush=True)
        await asyncio.gather(hand_on(reader, up_writer, "up", damage), hand_on(up_reader, writer, "down", damage))

    await asyncio.start_server(serve, "0.0.0.0", listen)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    # Whoever started it is gone at the end.
    while line := (await orders.readline()).decode().strip():
        damage.due[line] += 1


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
