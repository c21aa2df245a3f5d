"""One connection to a learner at a time, on a thread of its own, until the run is complete or the actor is done."""
import collections
import os
import random
import select
import socket
import ssl
import threading
import time

from . import wire
from .blocks import crc32c

PIECE = 1 << 18  # bytes read at once, and kept ready to be sent


class Refused(ConnectionError):
    """The learner will not have this actor; trying again does not help."""


class Connection:
    """Keeps an outbox connected. `condition` guards all that is shared, and is notified of every change."""

    def __init__(self, outbox, host, port, token, name, tls=None):
        self.outbox, self.address, self.token, self.name, self.tls = outbox, (host, port), token, name, tls
        self.condition = threading.Condition()
        self.run_id, self.configuration, self.blob, self.version = "", None, None, 0
        self.is_connected, self.is_finished, self.is_closing, self.error = False, False, False, None
        self._control = collections.deque()
        self._wake, self._woken = socket.socketpair()
        for end in (self._wake, self._woken): end.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="connection", daemon=True)
        self._thread.start()

    # What the playing thread calls.

    def notify(self):
        """Lets the thread look at the outbox again."""
        try: self._wake.send(b"!")
        except BlockingIOError: pass  # it has not yet looked for the last time

    def report(self, message):
        with self.condition: self._control.append(wire.frame(wire.REPORT, message))
        self.notify()

    def close(self, timeout=None):
        """Waits until all is acknowledged, and says goodbye."""
        with self.condition: self.is_closing = True
        self.notify()
        self._thread.join(timeout)

    # The thread.

    def _run(self):
        pause = 0.1
        try:
            while not (self.is_finished or self.error):
                try:
                    if self._talk(): return
                    pause = 0.1
                except (OSError, EOFError, wire.ProtocolError) as error:
                    if isinstance(error, (Refused, ssl.SSLCertVerificationError)): raise
                finally:
                    with self.condition: self.is_connected = False; self.condition.notify_all()
                time.sleep(pause * random.uniform(0.5, 1))
                pause = min(10, 2 * pause)
        except Exception as error: self.error = error
        finally:
            with self.condition: self.condition.notify_all()

    def _talk(self):
        """One connection from Hello to its end; whether that was the last one."""
        with socket.create_connection(self.address, timeout=10) as plain:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stream = plain if self.tls is None else self.tls.wrap_socket(plain, server_hostname=self.address[0])
            with stream:
                stream.setblocking(False)
                return self._exchange(stream)

    def _exchange(self, stream):
        self._out, self._frames, self._welcome, self._draining, self._said_goodbye = bytearray(self._hello()), wire.Frames(), None, False, False
        self._interval, heard, beat = 10.0, time.monotonic(), time.monotonic()
        while True:
            self._fill()
            received = self._read(stream)
            if received == b"": return self._said_goodbye or self.is_finished
            now = time.monotonic()
            if received:
                heard = now
                for frame in self._frames.feed(received):
                    if self._handle(*frame): return self.is_finished or self.is_closing and not self.outbox.waiting
            if now - heard > 3 * self._interval: raise EOFError("the learner is silent")
            if self._welcome and now - beat >= self._interval:
                beat = now
                self._out += self._heartbeat(time.monotonic_ns(), False)
            self._write(stream)
            if not received: self._wait(stream, min(self._interval, 1))

    def _hello(self):
        message = wire.number(1, wire.VERSION) + wire.text(2, self.run_id) + wire.text(3, self.token) + wire.number(4, 1)
        message += wire.text(5, self.name) + wire.fixed64(6, self.outbox.incarnation) + wire.text(7, socket.gethostname())
        return wire.frame(wire.HELLO, message + wire.number(8, os.getpid()) + wire.number(9, self.outbox.next_sequence))

    @staticmethod
    def _heartbeat(nanoseconds, is_reply):
        return wire.frame(wire.HEARTBEAT, wire.fixed64(1, nanoseconds) + wire.number(2, int(is_reply)))

    def _goodbye(self, reason, words):
        if not self._said_goodbye: self._out += wire.frame(wire.GOODBYE, wire.number(1, reason) + wire.text(2, words))
        self._said_goodbye = True

    def _fill(self):
        """Adds what there is to be sent, a piece at a time."""
        with self.condition:
            if not self._welcome or self._said_goodbye: return
            while self._control: self._out += self._control.popleft()
            while not self._draining and len(self._out) < PIECE and (frame := self.outbox.take()):
                self._out += frame
                self.condition.notify_all()
            if self.is_closing and not self.outbox.waiting: self._goodbye(wire.FINISHED, "done")

    def _read(self, stream):
        """What has come: None where nothing has, no bytes at the end."""
        try: return stream.recv(PIECE)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError): return None

    def _write(self, stream):
        try:
            while self._out: del self._out[:stream.send(self._out[:PIECE])]
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError): pass

    def _wait(self, stream, seconds):
        if isinstance(stream, ssl.SSLSocket) and stream.pending(): return
        select.select([stream, self._woken], [stream] if self._out else [], [], seconds)
        try:
            while self._woken.recv(4096): pass
        except BlockingIOError: pass

    def _handle(self, kind, message, payload):
        """Takes a frame; whether it was the last one."""
        with self.condition:
            self.condition.notify_all()
            if kind == wire.REFUSAL: return self._refused(message)
            if kind == wire.GOODBYE: return self._dismissed(message)
            if kind == wire.WELCOME: self._welcomed(message)
            elif kind == wire.CREDIT: self.outbox.granted(message.number(1))
            elif kind == wire.ACKNOWLEDGEMENT: self.outbox.acknowledged(message)
            elif kind == wire.DRAIN: self._draining = True
            elif kind == wire.OFFER: self._offer, self._chunks = message, []
            elif kind == wire.CHUNK: self._chunk(payload)
            elif kind == wire.HEARTBEAT and not message.number(2): self._out += self._heartbeat(message.number(1), True)
        return False

    def _welcomed(self, message):
        configuration = message.text(5)
        if self.configuration not in (None, configuration): raise Refused("the run's configuration has changed: start this actor again")
        self.run_id, self.configuration = message.text(2), configuration
        self._welcome, self._interval, self.is_connected = message, message.number(9) / 1000, True
        self.outbox.connected(message.number(8), message.number(7))

    def _chunk(self, payload):
        self._chunks.append(payload)
        if len(self._chunks) < self._offer.number(3): return
        blob = b"".join(self._chunks)
        if crc32c(blob) != self._offer.number(4): raise wire.ProtocolError("weights with a wrong checksum")
        self.blob, self.version = blob, self._offer.number(1)

    def _refused(self, message):
        if message.number(1) == 7: self._finish()
        elif message.number(1) in (1, 2, 3, 4): raise Refused(f"the learner refuses this actor: {message.text(2)}")
        return True

    def _dismissed(self, message):
        if message.number(1) == wire.FINISHED: self._finish()
        elif message.number(1) in (wire.REPLACED, wire.PROTOCOL): raise Refused(f"the learner has ended the connection: {message.text(2)}")
        return True

    def _finish(self):
        """The run is complete: what is left is not wanted."""
        self.is_finished = True
        self.outbox.waiting.clear()
