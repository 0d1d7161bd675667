"""A second process for work that is only computing and writing. Where there is none, the work is done all the same."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar


class _Task(NamedTuple):
    """Something to do, and who gets the result; `lent`: it needs what was lent, `heavy`: it takes memory."""

    work: Callable[..., Any]
    argument: Any
    then: Callable[[Any], None]
    lent: bool
    heavy: bool


class _Order(NamedTuple):
    """A task as it travels, with the number of its answer."""

    number: int
    work: Callable[..., Any]
    argument: Any
    lent: bool
    heavy: bool


A = TypeVar("A")
R = TypeVar("R")

#: Tasks that the second process has at a time, and those that may wait for it, also bulky ones; more are done here.
_WAITING, _PENDING, _BULKY_PENDING = 2, 12, 2
#: Heavy tasks that it has at a time: a large one takes memory while it waits.
_HEAVY_WAITING = 2
#: Of Linux: that a signal comes when the process is gone that started this one, and which (other systems name neither).
_PARENT_DEATH_SIGNAL, _SIGKILL = 1, 9
#: Seconds until a thread that computes lets another one on. A large result arrives in a hundred parts, and for each its
#: messenger needs the interpreter; the second process waits meanwhile.
_INTERVAL = 0.0002
#: So many light tasks are done here before a second process is started for the rest.
_ALONE = 5
#: A second process that is started from nothing takes longer, so it must be worth more.
_ALONE_WHERE_STARTING_IS_SLOW = 15


def _only_thread() -> bool:
    """Whether this process has one thread, Qt's and others' included: only then is forking safe."""
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 - counted, not used
    except OSError:
        return False


class Crew:
    """Does tasks here or in one further process, whichever is free. A context manager.

    A task is a function of a module with one argument; both travel to the other process, the result comes back. A
    second process that dies is no loss: what it had to do is done here.
    """

    def __init__(self, processes: int | None = None, lent: Any = None) -> None:
        """`processes`: 1 or 2; None: 2 where the computer has more than one processor and the work is worth it.

        `lent` is what tasks of `give_lent` know besides their argument.
        """
        self._wanted = processes
        self._lent = lent
        #: While true, the second process gets heavy tasks only.
        self.reserved = False
        self._possible = (os.cpu_count() or 1) > 1 if processes is None else processes > 1
        self._forks = sys.platform == "linux" and _only_thread()
        self._given = 0
        self._number = 0
        self._waiting: dict[int, tuple[Callable[[], Any], Callable[[Any], None]]] = {}
        #: Which of these are heavy.
        self._heavy: set[int] = set()
        self._pending: deque[_Task] = deque()
        self._results: queue.SimpleQueue[tuple[int, bool, Any] | None] = queue.SimpleQueue()
        self._tasks: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._pipe: Connection | None = None
        self._process: multiprocessing.process.BaseProcess | None = None
        self._messengers: Sequence[threading.Thread] = ()
        #: What the interval was before this crew made it shorter, if it did.
        self._usual_interval: float | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._dismiss(at_once=kind is not None)

    def give(self, work: Callable[[A], R], argument: A, then: Callable[[R], None], *, heavy: bool = False) -> None:
        """Have `work(argument)` done; `then` gets the result in this thread, during this or a later call.

        `heavy` tasks are worth a second process by themselves. Raises what the work raises, also that of earlier tasks.
        """
        self._give(work, argument, then, heavy=heavy)

    def give_lent(
        self, work: Callable[[Any, A], R], argument: A, then: Callable[[R], None], *, bulky: bool = False
    ) -> None:
        """The same for `work(lent, argument)`. A second process that was not forked knows nothing of what was lent.

        `bulky`: the argument takes much memory, so few of them wait.
        """
        self._give(work, argument, then, lent=True, most=_BULKY_PENDING if bulky else _PENDING)

    @property
    def lends(self) -> bool:
        """Whether work that needs what was lent is shared; all of it is done here where there is but one process."""
        return self._forks or not self._possible

    def _give(
        self,
        work: Callable[..., R],
        argument: A,
        then: Callable[[R], None],
        *,
        heavy: bool = False,
        lent: bool = False,
        most: int = _PENDING,
    ) -> None:
        self._given += 1
        self._deliver()
        alone = _ALONE if self._forks else _ALONE_WHERE_STARTING_IS_SLOW
        if self._possible and self._process is None and (heavy or self._given > alone or self._wanted == 2):
            self._hire()
        task = _Task(work, argument, then, lent, heavy)
        if self._pipe is None or (lent and not self._forks):
            self._do(task)
        elif heavy:
            (self._hand_over if len(self._waiting) < _HEAVY_WAITING else self._do)(task)
        else:
            self._pending.append(task)
            self._send()
            while len(self._pending) > most:
                self._do(self._pending.popleft())

    def _here(self, task: _Task) -> Callable[[], Any]:
        return partial(task.work, self._lent, task.argument) if task.lent else partial(task.work, task.argument)

    def _do(self, task: _Task) -> None:
        task.then(self._here(task)())

    def _send(self) -> None:
        """Give the second process what it has room for; nothing that would wait behind a heavy task until the end."""
        free = self._pipe is not None and not self.reserved and not self._heavy
        while free and self._pending and len(self._waiting) < _WAITING:
            self._hand_over(self._pending.popleft())

    def _hand_over(self, task: _Task) -> None:
        self._number += 1
        self._waiting[self._number] = (self._here(task), task.then)
        if task.heavy:
            self._heavy.add(self._number)
        self._tasks.put(_Order(self._number, task.work, task.argument, task.lent, task.heavy))

    def start(self, first: Callable[[], object] | None = None) -> None:
        """Have the second process ready, where there may be one: there will be much to do.

        `first` is called there at once, while its tasks are got together here.
        """
        if self._possible and self._process is None:
            self._hire(first)

    @property
    def shares_what_is_lent(self) -> bool:
        """Whether a second process may do work that needs what was lent."""
        return self._possible and self._forks

    @property
    def idle(self) -> bool:
        """Whether a second process will soon have nothing to do, or would be started for a heavy task."""
        self._deliver()
        return self._possible and len(self._waiting) < _HEAVY_WAITING

    def wait(self) -> None:
        """Until every task is done: what the second process does not have yet is shared. Raises what they raise."""
        while self._waiting or self._pending:
            self._deliver()
            if self._pending:
                self._do(self._pending.pop())
            elif self._waiting:
                self._settle(self._results.get())

    def _deliver(self) -> None:
        while self._waiting and not self._results.empty():
            self._settle(self._results.get())
        self._send()

    def _settle(self, result: tuple[int, bool, Any] | None) -> None:
        if result is None:
            self._lost()
            return
        number, fine, value = result
        _, then = self._waiting.pop(number)
        self._heavy.discard(number)
        if not fine:
            raise value
        then(value)

    def _lost(self) -> None:
        """The second process is gone: do what it had to do."""
        self._dismiss(at_once=True)
        self._possible = False
        self._heavy.clear()
        for number in list(self._waiting):
            here, then = self._waiting.pop(number)
            then(here())

    def _hire(self, first: Callable[[], object] | None = None) -> None:
        context: Any = multiprocessing.get_context("fork" if self._forks else "spawn")
        here, there = context.Pipe()
        inherited = (here, self._lent) if self._forks else (None, None)
        process = context.Process(target=_serve, args=(there, *inherited, first), daemon=True)
        try:
            process.start()
        except (OSError, RuntimeError):
            self._possible = False
            here.close()
            return
        finally:
            there.close()
        self._pipe, self._process = here, process
        if sys.getswitchinterval() > _INTERVAL:
            self._usual_interval = sys.getswitchinterval()
            sys.setswitchinterval(_INTERVAL)
        self._messengers = (
            threading.Thread(target=_tell, args=(here, self._tasks, self._results), name="to the second process"),
            threading.Thread(target=_listen, args=(here, self._results), name="from the second process"),
        )
        for messenger in self._messengers:
            messenger.start()

    def _dismiss(self, *, at_once: bool) -> None:
        if self._process is None:
            return
        if at_once:
            self._process.kill()
        self._tasks.put(None)
        self._process.join()
        for messenger in self._messengers:
            messenger.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process.close()
        if self._usual_interval is not None:
            sys.setswitchinterval(self._usual_interval)
        self._pipe = self._process = None
        self._tasks = queue.SimpleQueue()


def _tell(pipe: Connection, messages: queue.SimpleQueue[Any], answers: queue.SimpleQueue[Any]) -> None:
    """Send messages as they come, so that nobody waits until the other process reads a large one."""
    while True:
        message = messages.get()
        try:
            pipe.send(message)
        except Exception:  # noqa: BLE001 - nobody reads any more, or it cannot travel: then the work is done here
            answers.put(None)
            return
        if message is None:
            return
        del message  # a large one would stay until the next comes


def _listen(pipe: Connection, answers: queue.SimpleQueue[Any]) -> None:
    """Take messages as they come, so that the other process never waits for this one."""
    while True:
        try:
            answers.put(pipe.recv())
        except Exception:  # noqa: BLE001 - the end, or what cannot travel: then the work is done here
            answers.put(None)
            return


def _take_orders(pipe: Connection, orders: queue.SimpleQueue[_Order | None], room: threading.Semaphore) -> None:
    """The same for the second process, which takes nothing more while it has a heavy task: it needs the memory."""
    while True:
        try:
            order = pipe.recv()
        except Exception:  # noqa: BLE001 - the first process is gone, or sent what cannot be read
            orders.put(None)
            return
        orders.put(order)
        if order is None:
            return
        if order.heavy:
            del order
            room.acquire()


def _end_with_the_first() -> None:
    """See to it that this process is gone when the first one is killed: forked, it holds the lock on the output too."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, _SIGKILL)
    first = multiprocessing.parent_process()
    if first is not None and os.getppid() != first.pid:
        os._exit(1)


def _serve(pipe: Connection, other: Connection | None, lent: Any, first: Callable[[], object] | None) -> None:
    """The second process: do tasks until the first one ends, or is gone."""
    if other is not None:
        other.close()
        _end_with_the_first()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the first process's business
    sys.setswitchinterval(_INTERVAL)
    orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
    room = threading.Semaphore(0)
    answers: queue.SimpleQueue[tuple[int, bool, Any] | None] = queue.SimpleQueue()
    threading.Thread(target=_take_orders, args=(pipe, orders, room), daemon=True).start()
    teller = threading.Thread(target=_tell, args=(pipe, answers, orders), daemon=True)
    teller.start()
    if first is not None:
        first()
    while (order := orders.get()) is not None:
        try:
            work = partial(order.work, lent) if order.lent else order.work
            answers.put((order.number, True, work(order.argument)))
        except Exception as error:  # noqa: BLE001 - raised again in the first process
            answers.put((order.number, False, error))
        if order.heavy:
            del order
            room.release()
    answers.put(None)
    teller.join()
