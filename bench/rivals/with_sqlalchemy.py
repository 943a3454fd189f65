"""SQLAlchemy with psycopg2 as a contestant of bench/measure_rivals."""

import threading
import time

import psycopg2
import sqlalchemy
from sqlalchemy.pool import QueuePool

from contestant import contend, figure, microseconds, one_core


class Nothing:
    """A connection that is nothing; the pool rolls back what comes back to it."""

    def rollback(self):
        pass

    def close(self):
        pass


def pool_of(size):
    return QueuePool(Nothing, pool_size=size, max_overflow=0, timeout=60)


def leasing(threads, size, operations):
    """Nanoseconds for one lease and its return, when `threads` share so many."""
    pool = pool_of(size)
    pool.connect().close()
    together = threading.Barrier(threads)
    starts = []

    def work():
        together.wait()
        starts.append(time.perf_counter_ns())
        for _ in range(operations // threads):
            pool.connect().close()

    crew = [threading.Thread(target=work) for _ in range(threads)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    return (time.perf_counter_ns() - min(starts)) / operations


def fairness(threads, size, held, seconds):
    """Every thread's waits in milliseconds: each leases, keeps busy for `held` seconds, returns, over and over."""
    pool = pool_of(size)
    waits = [[] for _ in range(threads)]
    stop = threading.Event()

    def work(mine):
        while not stop.is_set():
            asked = time.perf_counter()
            lease = pool.connect()
            got = time.perf_counter()
            mine.append((got - asked) * 1e3)
            while time.perf_counter() - got < held:
                pass
            lease.close()

    crew = [threading.Thread(target=work, args=(mine,)) for mine in waits]
    for thread in crew:
        thread.start()
    time.sleep(seconds)
    stop.set()
    for thread in crew:
        thread.join()
    return waits


def lease(_url, _milliseconds):
    figure("lease", "SQLAlchemy QueuePool", leasing(1, 10, 20_000))


def crowd(_url, _milliseconds):
    figure("crowd", "SQLAlchemy QueuePool", leasing(16, 4, 20_000))


def fair(_url, milliseconds):
    waits = fairness(16, 2, 100e-6, milliseconds / 1e3)
    everything = sorted(wait for mine in waits for wait in mine)
    shares = [len(mine) for mine in waits]
    figure("p99", "SQLAlchemy QueuePool", everything[len(everything) * 99 // 100])
    figure("longest", "SQLAlchemy QueuePool", everything[-1])
    figure("jain", "SQLAlchemy QueuePool", sum(shares) ** 2 / (len(shares) * sum(share**2 for share in shares)))


def query_time(url, isolation):
    """Microseconds for connect(), SELECT 1 and return."""
    statement = sqlalchemy.text("SELECT 1")
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg2://", creator=lambda: psycopg2.connect(url), isolation_level=isolation
    )

    def ask():
        with engine.connect() as connection:
            if connection.execute(statement).scalar() != 1:
                raise RuntimeError("wrong answer")

    with engine.connect() as connection:
        one_core(connection.execute(sqlalchemy.text("SELECT pg_backend_pid()")).scalar())
    return microseconds(3, 300, ask)


def query(url, _milliseconds):
    one_core()
    figure("query", "SQLAlchemy connect()", query_time(url, "READ COMMITTED"))
    figure("query", "SQLAlchemy connect(), AUTOCOMMIT", query_time(url, "AUTOCOMMIT"))


if __name__ == "__main__":
    contend({"lease": lease, "crowd": crowd, "fair": fair, "query": query})
