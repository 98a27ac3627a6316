"""ask -> round -> offer -> accept -> check in and out -> confirm -> review."""


async def test_a_tap_is_mended(day):
    need = await day.asks("Chen", description="厨房水龙头一直滴水")
    assert ("received", True) == (need["step"], bool(need["code"]))
    assert "looking" == (await day.need("Chen", need))["step"]

    round_ = await day.matching()
    assert ("published", 1, []) == (round_["round"]["state"], len(round_["plan"]), round_["unserved"])
    ((helper, offer),) = (await day.offered_to(need)).items()
    assert helper in {"Wu", "Xu"}
    assert (False, None) == (offer["place"]["exact"], offer["resident_name"])
    assert offer["reasons"]

    await day.post(helper, f"/offers/{offer['id']}/seen")
    accepted = await day.post(helper, f"/offers/{offer['id']}/accept")
    await day.settle()
    assert ("accepted", True, "Chen") == (
        accepted["state"],
        accepted["place"]["exact"],
        accepted["resident_name"],
    )
    arranged = await day.need("Chen", need)
    assert ("arranged", [helper]) == (arranged["step"], [person["name"] for person in arranged["helpers"]])
    assert arranged["door_code"]
    assert "need.arranged" in await day.told("Chen")
    assert (await day.need(helper, need))["door_code"] is None

    job = f"/jobs/{arranged['job_id']}"
    await day.at(arranged["start_at"])
    await day.post(helper, f"{job}/set-out")
    await day.post(helper, f"{job}/check-in", 422, door_code="0")
    checked_in = await day.post(helper, f"{job}/check-in", door_code=arranged["door_code"])
    again = await day.post(helper, f"{job}/check-in", door_code=arranged["door_code"])
    assert ("checked_in", again["checked_in_at"]) == (checked_in["state"], checked_in["checked_in_at"])
    assert "under_way" == (await day.need("Chen", need))["step"]

    await day.later(minutes=50)
    await day.post(helper, f"{job}/check-out")
    await day.settle()
    assert "need.please_confirm" in await day.told("Chen")
    done = await day.post("Chen", f"/needs/{need['id']}/confirm")
    assert ("closed", "served") == (done["state"], done["outcome"])
    assert "need.closed.served" in await day.told("Chen")

    body = {"job_id": arranged["job_id"], "stars": 5, "solved": True}
    await day.post("Chen", "/reviews", 201, **body)
    assert [] == await day.get("Chen", f"{job}/reviews")
    await day.post(helper, "/reviews", 201, job_id=arranged["job_id"], stars=4)
    assert {"resident", "provider"} == {review["side"] for review in await day.get(helper, f"{job}/reviews")}


async def test_not_solved_means_it_begins_again(day):
    need = await day.asks("Chen")
    await day.matching()
    ((helper, offer),) = (await day.offered_to(need)).items()
    await day.post(helper, f"/offers/{offer['id']}/accept")
    arranged = await day.need("Chen", need)
    await day.at(arranged["start_at"])
    await day.post(helper, f"/jobs/{arranged['job_id']}/check-in", door_code=arranged["door_code"])
    await day.post(helper, f"/jobs/{arranged['job_id']}/check-out")
    await day.post("Chen", "/reviews", 201, job_id=arranged["job_id"], stars=1, solved=False)
    assert "looking" == (await day.need("Chen", need))["step"]


async def test_the_resident_changes_her_mind(day):
    need = await day.asks("Chen")
    await day.matching()
    ((helper, offer),) = (await day.offered_to(need)).items()
    gone = await day.post("Chen", f"/needs/{need['id']}/withdraw", reason="修好了")
    assert ("closed", "withdrawn") == (gone["state"], gone["outcome"])
    await day.settle()
    refused = await day.post(helper, f"/offers/{offer['id']}/accept", 409)
    assert "illegal_transition" == refused["code"]
