"""Asking for somebody else, and two helpers at once."""

from tests.support.world import OUTING


async def test_a_neighbour_asks_with_consent(day):
    for_lin = {"beneficiary_id": day.id_of("Lin"), "relation": "neighbour"}
    refused = await day.asks("Luo", expected=422, **for_lin)
    assert "consent" == refused["errors"][0]["field"]
    need = await day.asks("Luo", **for_lin, consent={"how": "spoken"})
    assert ("Lin", day.id_of("Luo")) == (need["beneficiary_name"], need["requester_id"])
    assert "need.received" in await day.told("Luo")
    calls = await day.get("Officer Fang", "/office/calls")
    assert {"Lin"} == {call["person_name"] for call in calls}
    said = await day.post("Officer Fang", f"/office/calls/{calls[0]['message']['id']}/called")
    assert said["delivered_at"]
    left = await day.get("Officer Fang", "/office/calls")
    assert len(calls) - 1 == len(left)


async def test_an_officer_asks_after_a_telephone_call(day):
    need = await day.asks(
        "Officer Fang",
        channel="phone",
        requester_id=day.id_of("Lin"),
        beneficiary_id=day.id_of("Lin"),
    )
    assert "Lin" == need["beneficiary_name"]
    rows = (await day.get("Officer Fang", "/office/queue"))["rows"]
    assert [("phone", need["code"])] == [(row["channel"], row["code"]) for row in rows]


async def test_two_helpers_are_settled_together(day):
    need = await day.asks("Chen", OUTING, windows=[day.window(hours=4)])
    await day.matching()
    offers = await day.offered_to(need)
    assert 2 == len(offers)
    (first, one), (second, other) = offers.items()
    assert one["start_at"] == other["start_at"]
    await day.post(first, f"/offers/{one['id']}/accept")
    await day.settle()
    assert ("looking", None) == (
        (status := await day.need("Chen", need))["step"],
        status["job_id"],
    )
    await day.post(second, f"/offers/{other['id']}/accept")
    await day.settle()
    arranged = await day.need("Chen", need)
    assert ("arranged", {first, second}) == (
        arranged["step"],
        {person["name"] for person in arranged["helpers"]},
    )


async def test_only_the_missing_one_is_planned_anew(day):
    need = await day.asks("Chen", OUTING, windows=[day.window(hours=4)])
    await day.matching()
    (first, one), (second, other) = (await day.offered_to(need)).items()
    await day.post(first, f"/offers/{one['id']}/accept")
    await day.post(second, f"/offers/{other['id']}/decline", reason="unwell")
    await day.settle()
    ((third, another),) = (await day.offered_to(need)).items()
    assert third not in {first, second}
    assert one["start_at"] == another["start_at"]
    await day.post(third, f"/offers/{another['id']}/accept")
    assert {first, third} == {person["name"] for person in (await day.need("Chen", need))["helpers"]}
