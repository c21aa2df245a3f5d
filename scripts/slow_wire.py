"""A wire between two machines that delays what passes and loses some of it, on kernels without netem, too:

    slow_wire.py ONE-END OTHER-END DELAY-MS JITTER-MS LOSS-PERCENT SEED

makes two TAP devices with these names and hands each frame on to the other one after DELAY ± JITTER milliseconds, in order,
but for LOSS percent of them. It writes a line when both are there, and ends with its standard input, saying how many frames
have passed and how many were lost. The devices go with it.
"""

import collections
import fcntl
import os
import random
import select
import struct
import sys
import time

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
# More than a frame of Ethernet has.
FRAME = 1 << 16


class End:
    """A device, and the frames that are on their way to it."""

    def __init__(self, name):
        self.device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(self.device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
        self.coming = collections.deque()

    def arriving(self):
        try:
            while True:
                yield os.read(self.device, FRAME)
        except OSError:
            # There is no more for now, or the device is not up.
            return

    def take(self, frame, due):
        # None overtakes another.
        self.coming.append((max(due, self.coming[-1][0]) if self.coming else due, frame))

    def deliver(self, now):
        while self.coming and self.coming[0][0] <= now:
            try:
                os.write(self.device, self.coming.popleft()[1])
            except OSError:
                # As into a socket that nothing is plugged into.
                pass


def carry(ends, delay, jitter, loss, dice):
    passed = lost = 0
    orders = sys.stdin.fileno()
    while True:
        dues = [end.coming[0][0] for end in ends if end.coming]
        pause = max(0, min(dues) - time.monotonic()) if dues else None
        ready = select.select([end.device for end in ends] + [orders], [], [], pause)[0]
        if orders in ready and not os.read(orders, 1):
            return passed, lost
        now = time.monotonic()
        for end, other in zip(ends, reversed(ends)):
            for frame in end.arriving() if end.device in ready else ():
                if dice.random() < loss:
                    lost += 1
                else:
                    passed += 1
                    other.take(frame, now + dice.uniform(delay - jitter, delay + jitter))
        now = time.monotonic()
        for end in ends:
            end.deliver(now)


def main(one, other, delay, jitter, loss, seed):
    ends = [End(one), End(other)]
    print("ready", flush=True)
    passed, lost = carry(ends, float(delay) / 1e3, float(jitter) / 1e3, float(loss) / 1e2, random.Random(int(seed)))
    print(passed, lost, flush=True)


main(*sys.argv[1:])
