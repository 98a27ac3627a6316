"""The task queue: in memory for one process, Redis Streams where there are workers. Tasks carry ids, nothing else."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from taskiq import AsyncBroker, InMemoryBroker
from taskiq_redis import RedisStreamBroker

RUN_ROUND = "linli.run_round"
STREAM = "linli:tasks"
KEEP_TASKS = 10_000
READ_BLOCK_MS = 1_000

RunRound = Callable[[UUID], Awaitable[object]]


def open_broker(redis_url: str | None, *, prefix: str = "") -> AsyncBroker:
    """Return the broker that fits the deployment.

    A task that its worker did not live to finish is not what saves a round: the background looks for rounds whose
    lease has run out, so the stream may be trimmed and need not be durable.
    """
    if redis_url is None:
        return InMemoryBroker()
    return RedisStreamBroker(
        redis_url,
        queue_name=prefix + STREAM,
        consumer_group_name="linli",
        consumer_id="0",  # a worker that starts late also takes what was asked before
        maxlen=KEEP_TASKS,
        xread_block=READ_BLOCK_MS,
        xread_count=1,
        unacknowledged_lock_timeout=30,
        protocol=2,  # the broker unpacks the replies of RESP2
    )


class TaskQueue:
    """Hands rounds to the broker; a process that solves sets `run`, one that only serves leaves it empty."""

    def __init__(self, broker: AsyncBroker) -> None:
        self.broker = broker
        self.run: RunRound | None = None

        async def run_round(round_id: str) -> None:
            if self.run is not None:
                await self.run(UUID(round_id))

        self._task = broker.register_task(run_round, task_name=RUN_ROUND)

    async def push(self, round_id: UUID) -> None:
        """Ask for a round to be run soon; asking twice is harmless."""
        await self._task.kiq(str(round_id))
