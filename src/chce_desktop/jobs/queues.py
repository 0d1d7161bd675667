"""One worker thread for each key, so that what shares a resource (the library, a host) happens in order."""

from __future__ import annotations

import queue
import threading
import time

from chce_desktop.jobs.job import Job

#: Keys in use. A host has a queue of its own: `host_queue(target.uid)`.
LIBRARY = "library"
LIBRARY_READ = "library-read"
#: What may take minutes: nobody who writes, files or lists articles waits for it.
LENGTHY = "lengthy"
LENGTHY_READ = "lengthy-read"
LINKS = "links"
PREVIEW = "preview"


def host_queue(target_uid: str) -> str:
    """The key of the queue in which everything with one host happens."""
    return f"host:{target_uid}"


class QueuesClosed(RuntimeError):
    """Work was submitted after `close`."""


class Queues:
    """Starts a thread for a key when its first job comes; jobs of one key run one after the other, in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._workers: dict[str, _Worker] = {}
        self._closed = False

    def submit(self, key: str, job: Job[object]) -> None:
        """Put a job at the end of the queue `key`. Raises QueuesClosed."""
        with self._lock:
            if self._closed:
                raise QueuesClosed(key)
            worker = self._workers.get(key)
            if worker is None:
                worker = self._workers[key] = _Worker(key)
            worker.put(job)

    def close(self, *, cancel: bool = True, seconds: float = 30.0) -> bool:
        """Take no more work, cancel what runs and waits (or finish it all), and join the threads.

        Returns False when a job did not stop within `seconds`; its thread then ends with the process.
        """
        with self._lock:
            self._closed = True
            workers = list(self._workers.values())
        for worker in workers:
            worker.close(cancel=cancel)
        deadline = time.monotonic() + seconds
        stopped = True
        for worker in workers:
            stopped = worker.join(max(0.0, deadline - time.monotonic())) and stopped
        return stopped


class _Worker:
    """A thread and its queue. Ends at `close`."""

    def __init__(self, key: str) -> None:
        self._jobs: queue.SimpleQueue[Job[object] | None] = queue.SimpleQueue()
        self._pending: set[Job[object]] = set()
        self._lock = threading.Lock()
        # A daemon, so that a host that never answers cannot keep a closed app alive; `close` joins it all the same.
        self._thread = threading.Thread(target=self._run, name=f"jobs-{key}", daemon=True)
        self._thread.start()

    def put(self, job: Job[object]) -> None:
        with self._lock:
            self._pending.add(job)
        self._jobs.put(job)

    def close(self, *, cancel: bool) -> None:
        if cancel:
            with self._lock:
                pending = list(self._pending)
            for job in pending:
                job.cancel()
        self._jobs.put(None)

    def join(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.run()
            with self._lock:
                self._pending.discard(job)
            del job  # a result may be large, and the next job may come much later
