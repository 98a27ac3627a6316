"""Declined, expired, cancelled: the next best is asked, until there is nobody; then the resident hears why."""


async def first_and_need(day):
    need = await day.asks("Chen")
    await day.matching()
    ((helper, offer),) = (await day.offered_to(need)).items()
    return need, helper, offer


async def test_declined_goes_to_the_next_best(day):
    need, first, offer = await first_and_need(day)
    await day.post(first, f"/offers/{offer['id']}/decline", reason="no_time")
    await day.settle()
    ((second, another),) = (await day.offered_to(need)).items()
    assert {"Wu", "Xu"} == {first, second}
    await day.post(second, f"/offers/{another['id']}/accept")
    assert "arranged" == (await day.need("Chen", need))["step"]
    late = await day.post(first, f"/offers/{offer['id']}/accept", 409)
    assert "illegal_transition" == late["code"]


async def test_expired_goes_to_the_next_best(day):
    need, first, offer = await first_and_need(day)
    await day.at(offer["deadline_at"])
    await day.later(seconds=1)
    ((second, _),) = (await day.offered_to(need)).items()
    assert {"Wu", "Xu"} == {first, second}
    late = await day.post(first, f"/offers/{offer['id']}/accept", 409)
    assert "expired" in late["detail"]


async def test_all_declined_is_told_with_its_cause(day):
    need, first, offer = await first_and_need(day)
    await day.post(first, f"/offers/{offer['id']}/decline", reason="no_time")
    await day.settle()
    ((second, another),) = (await day.offered_to(need)).items()
    await day.post(second, f"/offers/{another['id']}/decline", reason="too_far")
    await day.settle()
    waiting = await day.need("Chen", need)
    assert ("looking", {}) == (waiting["step"], await day.offered_to(need))
    assert waiting["last_causes"]
    assert "need.unserved" in await day.told("Chen")


async def test_when_a_helper_cannot_come_the_search_begins_again(day):
    need, first, offer = await first_and_need(day)
    await day.post(first, f"/offers/{offer['id']}/accept")
    job = (await day.need("Chen", need))["job_id"]
    await day.post(first, f"/jobs/{job}/cancel", reason="病了")
    await day.settle()
    assert "looking" == (await day.need("Chen", need))["step"]
    assert "need.looking_again" in await day.told("Chen")
    await day.matching()
    assert 1 == len(await day.offered_to(need))


async def test_nobody_fits_and_the_resident_reads_why(day):
    evening = day.window(hours=11, long=2)  # 21:00 to 23:00, when nobody works
    need = await day.asks("Chen", windows=[evening])
    round_ = await day.matching()
    ((row,), plan) = (round_["unserved"], round_["plan"])
    assert ([], need["code"]) == (plan, row["need_code"])
    assert 0 < sum(cause["count"] for cause in row["causes"])
    waiting = await day.need("Chen", need)
    assert ("looking", 1) == (waiting["step"], waiting["rounds_missed"])
    assert {cause["cause"] for cause in row["causes"]} == {cause["cause"] for cause in waiting["last_causes"]}
    assert "need.unserved" in await day.told("Chen")
    missed = await day.get("Officer Fang", "/office/queue", missed=True)
    assert [need["code"]] == [found["code"] for found in missed["rows"]]


async def test_nobody_but_its_people_and_staff_sees_a_need(day):
    need = await day.asks("Chen")
    for stranger in ("He", "Luo", "Wu"):
        answer = await (await day.as_(stranger)).get(f"/needs/{need['id']}")
        assert 404 == answer.status_code
    assert need["code"] == (await day.need("Officer Song", need))["code"]
