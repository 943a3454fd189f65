"""asyncpg, on the event loop of Python's own library, as a contestant of bench/measure_rivals."""

import asyncio
import statistics
import time

import asyncpg

from contestant import contend, figure, one_core


async def time_of(turns, queries, tasks, ask):
    """Median over the turns of the microseconds for each query, when so many tasks share them; ask(n) is task n's."""

    async def work(number):
        for _ in range(queries // tasks):
            if await ask(number) != 1:
                raise RuntimeError("wrong answer")

    times = []
    for _ in range(turns):
        begun = time.perf_counter()
        await asyncio.gather(*(work(number) for number in range(tasks)))
        times.append((time.perf_counter() - begun) * 1e6 / queries)
    return statistics.median(times)


async def ask_alone(url):
    one_core()
    async with asyncpg.create_pool(url, min_size=1, max_size=1) as pool:
        one_core(await pool.fetchval("SELECT pg_backend_pid()"))
        figure("query", "asyncpg pool.fetchval()", await time_of(3, 300, 1, lambda _: pool.fetchval("SELECT 1")))
        async with pool.acquire() as connection:
            kept = await time_of(3, 300, 1, lambda _: connection.fetchval("SELECT 1"))
            figure("query", "asyncpg, a connection kept", kept)


async def ask_together(url):
    count = 16
    async with asyncpg.create_pool(url, min_size=count, max_size=count) as pool:
        shared = await time_of(3, 1600, count, lambda _: pool.fetchval("SELECT 1"))
        figure("coroutines", "asyncpg pool.fetchval()", shared)
        connections = [await pool.acquire() for _ in range(count)]
        kept = await time_of(3, 1600, count, lambda number: connections[number].fetchval("SELECT 1"))
        figure("coroutines", "asyncpg, a connection kept by each", kept)
        for connection in connections:
            await pool.release(connection)


if __name__ == "__main__":
    contend(
        {
            "query": lambda url, _: asyncio.run(ask_alone(url)),
            "coroutines": lambda url, _: asyncio.run(ask_together(url)),
        }
    )
