"""The simulated platforms as a process, and the people in them."""

import itertools
import json
import queue
import subprocess
import sys
import threading
import time

PATIENCE = 20


class Simulators:
    def __init__(self):
        # Built beforehand, by the first argument of every program here.
        self.process = subprocess.Popen(
            [sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.places = json.loads(self.process.stdout.readline())
        self.ids = itertools.count()
        self.waiting = {}
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            became = json.loads(line)
            self.waiting.pop(became["id"]).put(became)

    def begin(self, on, does, **what):
        """Somebody does something; what becomes of it can be had from the queue."""
        number = next(self.ids)
        self.waiting[number] = became = queue.Queue()
        self.process.stdin.write(json.dumps({"id": number, "on": on, "does": does, **what}) + "\n")
        self.process.stdin.flush()
        return became

    def do(self, on, does, **what):
        became = self.begin(on, does, **what).get(timeout=PATIENCE)
        assert "impossible" not in became, became
        return became

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(PATIENCE) == 0


def until(what, seen):
    """Waits until something is so."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := seen():
            return found
        time.sleep(0.02)  # A poll, with a deadline: there is nothing to wait on across two processes.
    raise AssertionError(f"not in time: {what}")
