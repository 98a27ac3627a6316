"""What people type into the search: words of the catalogue, sentences of their own, and sometimes an emergency."""

import re
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.services import queries as services_read
from catalog.services.commands import FindServices
from catalog.services.models import Service

LONGEST_SEARCH = 80
ALIKE_SHOWN = 4
# Danger to life is never a request in a queue: the three numbers come first.
DANGER = re.compile(
    "晕倒|昏倒|昏迷|不省人事|胸口?痛|胸口?疼|喘不上气|呼吸困难|中风|抽搐|大出血|血流不止|触电|吃错药|噎住"
    "|着火|起火|失火|冒烟|煤气味|燃气味|煤气漏|燃气漏|漏煤气|漏燃气|煤气泄漏|燃气泄漏|煤气中毒"
    "|救命|不想活|自杀|轻生|跳楼|抢劫|家暴"
    "|unconscious|faint|chest pain|cannot breathe|can't breathe|stroke|bleeding|on fire|smoke|gas leak|smell of gas"
    "|suicide|robbed"
)
HARMLESS = re.compile("smoke detector")
# Pairs that stand in every sentence and say nothing.
EMPTY = frozenset(
    re.findall("..", "我家我的一个不了坏了没有不会不能不好怎么什么有人可以家里帮我帮忙需要老人上门的人没人")
)


def dangerous(text: str) -> bool:
    """Say whether the words sound like danger to life."""
    return DANGER.search(HARMLESS.sub("", text.casefold())) is not None


async def find(session: AsyncSession, text: str, limit: int) -> tuple[Sequence[Service], bool]:
    """Return services for what was typed, and whether they fit only in part."""
    found = await services_read.search(session, FindServices(text=text, limit=limit))
    if found:
        return found, False
    return alike(await services_read.services(session), text), True


def alike(services: Sequence[Service], text: str) -> list[Service]:
    """Return services that share pieces of words with a sentence, the most first."""
    wanted = pieces(text)
    shared = [(len(wanted & pieces(_said_of(service))), service) for service in services]
    best = sorted((hit for hit in shared if hit[0]), key=lambda hit: -hit[0])
    return [service for _, service in best[:ALIKE_SHOWN]]


def pieces(text: str) -> frozenset[str]:
    """Return pairs of Chinese characters and longer Latin words: what two sentences can have in common."""
    runs = re.findall(r"[一-鿿]+", text)
    pairs = {run[n : n + 2] for run in runs for n in range(len(run) - 1)}
    return frozenset(pairs - EMPTY | set(re.findall(r"[a-z]{4,}", text.casefold())))


def _said_of(service: Service) -> str:
    return " ".join((service.name_zh, service.summary_zh, service.name_en, *service.keywords))
