"""Machines for tests: network namespaces of this one, with a switch between them. Needs root."""

import contextlib
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import time

# Of the wire of an actor's machine, in each direction.
DELAY_MS, JITTER_MS, LOSS_PERCENT = 5, 1, 0.5
NETWORK = "10.78.0"


def system(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


class Machines:
    """A namespace for each machine, and one for the switch. Each has a host's name of its own, too, by which MPI tells them
    apart."""

    def __init__(self, home, learners, actors, seed):
        self.home, self.seed = home, seed
        self.tag = f"gn{os.getpid() % 100000}"
        names = [f"learner-{rank}" for rank in range(learners)] + [f"actor-{actor}" for actor in range(actors)]
        self.addresses = {name: f"{NETWORK}.{1 + number}" for number, name in enumerate(names)}
        self.made, self.wires = [], []

    def __enter__(self):
        try:
            self.add("switch")
            system("ip", "-n", self.namespace("switch"), "link", "add", "bridge", "up", "type", "bridge")
            for machine in self.addresses:
                self.add(machine)
                self.connect(machine)
        except OSError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in self.made:
            self.clear(name)
        for wire in self.wires:
            wire.wait()
        for name in self.made:
            subprocess.run(["ip", "netns", "delete", self.namespace(name)], check=False)

    def namespace(self, machine):
        return f"{self.tag}-{machine}"

    def add(self, machine):
        system("ip", "netns", "add", self.namespace(machine))
        self.made.append(machine)
        system("ip", "-n", self.namespace(machine), "link", "set", "lo", "up")

    def connect(self, machine):
        """Learners with a plain cable, actors with a wire that is as bad as a long way."""
        port = f"to-{machine}"
        if machine.startswith("learner"):
            system("ip", "link", "add", port, "netns", self.namespace("switch"), "type", "veth", "peer", "name", "wire",
                   "netns", self.namespace(machine))
        else:
            self.lay(port)
            system("ip", "-n", self.namespace("switch"), "link", "set", "wire", "netns", self.namespace(machine))
        system("ip", "-n", self.namespace("switch"), "link", "set", port, "master", "bridge", "up")
        system("ip", "-n", self.namespace(machine), "address", "add", f"{self.addresses[machine]}/24", "dev", "wire")
        system("ip", "-n", self.namespace(machine), "link", "set", "wire", "up")

    def lay(self, port):
        numbers = [DELAY_MS, JITTER_MS, LOSS_PERCENT, self.seed * len(self.addresses) + len(self.wires)]
        command = [sys.executable, str(pathlib.Path(__file__).with_name("slow_wire.py")), port, "wire", *map(str, numbers)]
        wire = subprocess.Popen(self.inside("switch", command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.wires.append(wire)
        if wire.stdout.readline() != "ready\n":
            raise OSError("scripts/slow_wire.py did not get its two devices: is there /dev/net/tun?")

    def lost(self):
        """Frames that have passed all wires, and those that were lost; the wires end."""
        counts = [wire.communicate()[0].split() for wire in self.wires]
        return [sum(int(count[side]) for count in counts) for side in (0, 1)]

    def inside(self, machine, command):
        name = 'hostname "$0" && exec "$@"'
        return ["ip", "netns", "exec", self.namespace(machine), "unshare", "--uts", "sh", "-c", name, machine, *command]

    def processes(self, machine):
        return [int(number) for number in system("ip", "netns", "pids", self.namespace(machine)).split()]

    def clear(self, machine):
        """Ends what still runs on a machine: nobody else's processes are there."""
        while numbers := self.processes(machine):
            for number in numbers:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            time.sleep(0.05)

    def agent(self):
        """What mpirun reaches another machine with, in the place of ssh: a program that is given its address and a command."""
        path = self.home / "agent"
        cases = "".join(
            f'{address}) exec {shlex.join(self.inside(machine, ["sh", "-c"]))} "$*" ;;\n'
            for machine, address in self.addresses.items())
        path.write_text(f"#!/bin/sh\nhost=$1\nshift\ncase $host in\n{cases}esac\nexit 1\n")
        path.chmod(0o700)
        return str(path)
