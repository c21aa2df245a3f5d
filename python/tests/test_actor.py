import socket
import struct
import threading
import time

import numpy as np
import pytest
from swift_dreamer import Actor, wire
from swift_dreamer.connection import Refused
from swift_dreamer.experience import decode

CONFIGURATION = """agent:
  image: 0
  channels: 3
  vector: 2
  actions: 3
  discrete: true
  action_groups: ""
actors:
  trajectory_steps: 4
"""


class Counting:
    """Episodes of five steps that show how many there were."""

    def __init__(self): self.taken = []
    def reset(self, seed=None): self.step_count = 0; return np.zeros(2, np.float32), {}

    def step(self, action):
        self.step_count += 1
        self.taken.append(action)
        return np.full(2, self.step_count, np.float32), 1.0, self.step_count == 5, False, {}


class FakeLearner:
    """Speaks the protocol by a script: a function for each connection, which gets helpers and may return at any time."""

    def __init__(self, *scripts):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        self.scripts, self.hellos, self.received, self.errors = scripts, [], [], []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        for script in self.scripts:
            self.stream, _ = self.server.accept()
            self.stream.settimeout(10)
            self.frames = self._frames()
            try:
                with self.stream: script(self)
            except Exception as error: self.errors.append(error)

    def _frames(self):
        frames = wire.Frames()
        while piece := self.stream.recv(65536): yield from frames.feed(piece)

    def send(self, kind, message, payload=b""): self.stream.sendall(wire.frame(kind, message, payload))

    def expect(self, wanted):
        for kind, message, payload in self.frames:
            if kind == wanted: return message, payload
        raise EOFError

    def welcome(self, stored_through=0, credit=1 << 20):
        message, _ = self.expect(wire.HELLO)
        self.hellos.append((message.text(5), message.number(6), message.text(2)))
        fields = wire.number(1, 2) + wire.text(2, "run") + wire.text(5, CONFIGURATION) + wire.number(7, 1 << 20)
        self.send(wire.WELCOME, fields + wire.number(8, stored_through) + wire.number(9, 500))
        self.send(wire.CREDIT, wire.number(1, credit))

    def trajectory(self):
        message, payload = self.expect(wire.TRAJECTORY)
        one = decode(payload, message.numbers(9), message.number(4), message.number(8), vector=message.number(11), checksum=message.number(10))
        self.received.append((message.number(1), message.number(3), one))
        return message.number(1)

    def acknowledge(self, *sequences): self.send(wire.ACKNOWLEDGEMENT, wire.packed(1, sequences))

    def play_on(self):
        """Acknowledges all until the actor says goodbye."""
        for kind, message, payload in self.frames:
            if kind == wire.TRAJECTORY:
                one = decode(payload, message.numbers(9), message.number(4), message.number(8), vector=message.number(11))
                self.received.append((message.number(1), message.number(3), one))
                self.acknowledge(message.number(1))
                self.send(wire.CREDIT, wire.number(1, len(one) * one.step_bytes))
            if kind == wire.GOODBYE: return


def actor(learner, **more): return Actor(learner.address, "x" * 64, Counting(), name="python", **more)


def test_steps_arrive_whole_and_in_order():
    learner = FakeLearner(lambda one: (one.welcome(), one.play_on()))
    player = actor(learner, act=lambda observation, first, policy: np.eye(3)[int(observation["vector"][0]) % 3])
    assert player.run(steps=12) == [5.0, 5.0, 2.0] and not learner.errors
    sequences, starts, ones = zip(*learner.received)
    assert sequences == tuple(range(1, len(ones) + 1)) and starts == tuple(np.cumsum([0] + [len(one) for one in ones])[:-1])
    flags = np.concatenate([one.flags for one in ones])
    assert list(flags) == [1, 0, 0, 0, 0, 6] * 2 + [1, 0, 2]
    actions, vectors = np.concatenate([one.actions for one in ones]), np.concatenate([one.vectors for one in ones])
    assert not actions[flags & 1 == 1].any()
    assert list(actions[1:6].argmax(1)) == [0, 1, 2, 0, 1] == player.environment.taken[:5]
    assert list(vectors[:6, 0]) == [0, 1, 2, 3, 4, 5]
    assert player.outbox.stored == len(ones) and not player.outbox.waiting


def test_a_lost_connection_loses_and_doubles_nothing():
    def breaks(one):
        one.welcome()
        one.trajectory(); one.acknowledge(one.trajectory())  # the second only: the first is stored, but its news is lost
    def comes_back(one): one.welcome(stored_through=2); one.play_on()
    learner = FakeLearner(breaks, comes_back)
    player = actor(learner)
    player.run(steps=40)
    assert not learner.errors and player.outbox.stored == player.outbox.next_sequence - 1
    assert len({hello[:2] for hello in learner.hellos}) == 1, "the same name and incarnation"
    assert [hello[2] for hello in learner.hellos] == ["", "run"]
    assert [sequence for sequence, _, _ in learner.received] == list(range(1, player.outbox.next_sequence))


def test_nothing_is_sent_without_credit():
    def stingy(one):
        one.welcome(credit=0)
        for turn in range(1, 4):  # what was sent before the answer would come before it
            time.sleep(0.2)
            one.send(wire.HEARTBEAT, wire.fixed64(1, turn))
            for kind, message, _ in one.frames:
                assert kind != wire.TRAJECTORY
                if kind == wire.HEARTBEAT and message.number(2) and message.number(1) == turn: break
        one.send(wire.CREDIT, wire.number(1, 1 << 20))
        one.play_on()
    learner = FakeLearner(stingy)
    player = actor(learner)
    player.run(steps=10)
    assert not learner.errors and len(learner.received) == player.outbox.stored == 4


def test_a_complete_run_ends_the_actor_and_a_refusal_says_why():
    done = FakeLearner(lambda one: (one.welcome(), one.trajectory(), one.send(wire.GOODBYE, wire.number(1, wire.FINISHED))))
    assert isinstance(actor(done).run(), list)
    stranger = FakeLearner(lambda one: (one.expect(wire.HELLO), one.send(wire.REFUSAL, wire.number(1, 2) + wire.text(2, "wrong token"))))
    with pytest.raises(Refused, match="wrong token"): actor(stranger).run()


def test_a_damaged_frame_is_an_error_not_a_message():
    whole = wire.frame(wire.CREDIT, wire.number(1, 5))
    assert [kind for kind, _, _ in wire.Frames().feed(whole)] == [wire.CREDIT]
    assert not list(wire.Frames().feed(whole[:-1]))
    for at in range(len(whole)):
        broken = bytearray(whole)
        broken[at] ^= 0x40
        with pytest.raises(wire.ProtocolError): assert not list(wire.Frames().feed(bytes(broken))); raise wire.ProtocolError("waits for more")


def test_the_worked_example_of_the_protocol():
    """The bytes of docs/protocol.md."""
    hello = wire.number(1, 2) + wire.text(3, "secret") + wire.number(4, 1) + wire.text(5, "a") + wire.fixed64(6, 42) + wire.number(9, 1)
    assert wire.frame(wire.HELLO, hello).hex(" ").startswith("44 52 4d 52 01 00 00 00 1a 00 00 00 00 00 00 00 dc 6b 20 f7 08 02 1a 06")
    goodbye = wire.number(1, 1) + wire.text(2, "done")
    assert wire.frame(wire.GOODBYE, goodbye).hex(" ").endswith("53 43 f6 36 08 01 12 04 64 6f 6e 65")
    assert struct.unpack("<I", wire.frame(wire.GOODBYE, goodbye)[8:12])[0] == 8
