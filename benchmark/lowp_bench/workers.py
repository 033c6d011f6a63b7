# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One process per peer: a crash of one does not end the run, and idle thread pools keep away from the others.

A worker builds the contenders of a case, checks their results, and times one of them when told to; between
orders it sleeps. So contenders take turns, and see the same clock and the same neighbours.
"""

import importlib
import multiprocessing
import os
import time
import traceback

from .contender import Absent

# Who can take part, in the order of columns.
PEERS = ("lowp", "onnxruntime", "openvino", "torch", "onednn", "llamacpp")
READY_SECONDS = 1800  # to build the contenders of a case: NNCF and percentile calibration take minutes


# cpu: what the process has had of the cores. On a machine that others use it leaves out the times in which they
# run; with several threads it would add up what passes at once.
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


def burst(run, seconds, clock):
    """Times of single runs, in seconds, over so many seconds; two at least."""
    run()
    times, end = [], time.perf_counter() + seconds
    while len(times) < 2 or time.perf_counter() < end:
        start = clock()
        run()
        times.append(clock() - start)
    return times


def serve(pipe, peer, threads, cpus):
    """The life of a worker."""
    os.sched_setaffinity(0, cpus)
    os.dup2(2, 1)  # what peers print is no part of our output
    contenders = {}
    try:
        module = importlib.import_module(f"lowp_bench.peers.{peer}")
        pipe.send(("version", module.start(threads)))
        while True:
            order, *arguments = pipe.recv()
            if order == "build":
                (case,) = arguments
                contenders = {}
                found = case.build(module)
                answers = {}
                for contender in found:
                    answers[contender.what] = contender.group, case.check(contender)
                    contenders[contender.what] = contender
                pipe.send(("built", answers))
            elif order == "time":
                what, seconds, clock = arguments
                pipe.send(("timed", burst(contenders[what].run, seconds, CLOCKS[clock])))
    except EOFError:
        pass
    except Absent as error:
        pipe.send(("absent", str(error)))
    except ModuleNotFoundError as error:
        pipe.send(("absent", f"no Python module '{error.name}'"))
    except Exception as error:  # whatever a peer raises is that peer's result
        pipe.send(("failed", f"{type(error).__name__}: {error}".splitlines()[0], traceback.format_exc()))


class Worker:
    """The parent's end of a worker."""

    def __init__(self, peer, threads, cpus):
        self.peer, self._arguments = peer, (peer, threads, cpus)
        self.process = None
        self.version = self._start()

    def _start(self):
        spawn = multiprocessing.get_context("spawn")
        self._pipe, end = spawn.Pipe()
        self.process = spawn.Process(target=serve, args=(end, *self._arguments), daemon=True)
        self.process.start()
        end.close()
        return self._receive()

    def _receive(self):
        try:
            if not self._pipe.poll(READY_SECONDS):
                raise RuntimeError(f"no answer in {READY_SECONDS} seconds")
            kind, *answer = self._pipe.recv()
        except EOFError:
            self.process.join()
            raise RuntimeError(f"the process ended with code {self.process.exitcode}") from None
        if kind == "absent":
            raise Absent(answer[0])
        if kind == "failed":
            raise RuntimeError(answer[0])
        return answer[0]

    def _ask(self, *order):
        """The answer to an order. After a failure the worker is a new one, without contenders."""
        try:
            self._pipe.send(order)
            return self._receive()
        except (Absent, RuntimeError, OSError) as error:
            self.stop()
            self._start()
            raise RuntimeError(str(error)) from error

    def build(self, case):
        """{contender: (group, what the check found)}"""
        return self._ask("build", case)

    def time(self, what, seconds, clock):
        """Times of single runs."""
        return self._ask("time", what, seconds, clock)

    def stop(self):
        """Ends the process."""
        self._pipe.close()
        self.process.join(5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def chosen_cpus(threads):
    """The last of the available cores: the first ones serve interrupts."""
    available = sorted(os.sched_getaffinity(0))
    if threads > len(available):
        raise RuntimeError(f"--threads={threads}, but {len(available)} cores are available")
    return set(available[-threads:])


class Team:
    """The workers of all peers that are installed."""

    def __init__(self, peers, threads):
        # Pools that wait for work by spinning would take the cores of whoever runs next.
        os.environ.update(OMP_NUM_THREADS=str(threads), OMP_WAIT_POLICY="passive", OPENBLAS_NUM_THREADS="1")
        self.threads, self.cpus = threads, chosen_cpus(threads)
        self.workers, self.absent = {}, {}
        for peer in peers:
            try:
                self.workers[peer] = Worker(peer, threads, self.cpus)
            except (Absent, RuntimeError) as error:
                self.absent[peer] = str(error)
        if "lowp" in self.absent:
            raise RuntimeError(self.absent["lowp"])

    def versions(self):
        """{peer: version}"""
        return {peer: worker.version for peer, worker in self.workers.items()}

    def stop(self):
        """Ends all workers."""
        for worker in self.workers.values():
            worker.stop()
