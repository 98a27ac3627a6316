from datetime import timedelta

from sqlalchemy import select, update

from catalog.people.commands import SetPassword
from catalog.people.models import Person, RoleGrant
from catalog.people.passwords import set_password
from tests.support.app import API
from tests.support.world import id_of

CHEN, LUO = "13800000001", "13800000002"


async def ask(client, phone=CHEN):
    answer = await client.post(f"{API}/auth/code", json={"phone": phone})
    return answer.json()["code"]


async def use(client, code, phone=CHEN, **more: str):
    return await client.post(f"{API}/auth/token", json={"phone": phone, "code": code, **more})


async def share(house, phone, *names: str):
    async with house.database.write() as session:
        await session.execute(
            update(Person).where(Person.id.in_([id_of(name) for name in names])).values(phone=phone)
        )


async def me(client, token):
    return await client.get(f"{API}/me", headers={"Authorization": f"Bearer {token}"})


async def test_a_code_becomes_a_token_and_the_token_a_person(client):
    token = (await use(client, await ask(client))).json()["token"]
    answer = await me(client, token)
    assert ("Chen", ["resident"]) == (answer.json()["name"], answer.json()["roles"])


async def test_a_code_works_once(client):
    code = await ask(client)
    assert 200 == (await use(client, code)).status_code
    assert (422, "code") == (
        (answer := await use(client, code)).status_code,
        answer.json()["errors"][0]["field"],
    )


async def test_a_code_holds_for_ten_minutes(client, house):
    code = await ask(client)
    house.clock.advance(timedelta(minutes=10))
    answer = await use(client, code)
    assert (422, "This code has expired; ask for a new one") == (answer.status_code, answer.json()["detail"])


async def test_five_wrong_tries_and_no_more(client):
    code = await ask(client)
    wrong = "000000" if code != "000000" else "111111"
    tried = [(await use(client, wrong)).status_code for _ in range(6)]
    assert [422] * 5 + [429] == tried
    assert 429 == (await use(client, code)).status_code


async def test_three_codes_in_ten_minutes(client, house):
    sent = [(await client.post(f"{API}/auth/code", json={"phone": CHEN})).status_code for _ in range(4)]
    assert [202, 202, 202, 429] == sent
    house.clock.advance(timedelta(minutes=10))
    assert 202 == (await client.post(f"{API}/auth/code", json={"phone": CHEN})).status_code


async def test_nobody_learns_who_is_known(client):
    known = await client.post(f"{API}/auth/code", json={"phone": CHEN})
    unknown = await client.post(f"{API}/auth/code", json={"phone": "13912345678"})
    assert (known.status_code, known.json().keys()) == (unknown.status_code, unknown.json().keys())


async def test_a_number_that_is_none_is_refused(client):
    answer = await client.post(f"{API}/auth/code", json={"phone": "hello"})
    assert (422, "phone") == (answer.status_code, answer.json()["errors"][0]["field"])


async def test_a_hotline_gets_no_code(client):
    answer = await client.post(f"{API}/auth/code", json={"phone": "12345"})
    assert (422, "phone") == (answer.status_code, answer.json()["errors"][0]["field"])


async def test_a_code_copied_with_spaces_or_full_width_digits_is_the_same_code(client):
    code = await ask(client)
    typed = " ".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert 200 == (await use(client, typed)).status_code


async def test_an_unknown_number_with_its_right_code_is_told_what_to_do(client):
    code = await ask(client, "13912345678")
    answer = await use(client, code, "13912345678")
    assert (422, "We do not know this number yet; call us and we add it") == (
        answer.status_code,
        answer.json()["detail"],
    )


async def test_several_people_of_a_phone_are_offered_and_the_code_stays(client, house):
    await share(house, LUO, "Luo", "Lin")
    code = await ask(client, LUO)
    choice = await use(client, code, LUO)
    assert (409, "choose_person") == (choice.status_code, choice.json()["code"])
    assert {"Luo", "Lin"} == {person["name"] for person in choice.json()["choices"]}
    answer = await use(client, code, LUO, person_id=str(id_of("Lin")))
    assert (200, "Lin") == (answer.status_code, answer.json()["name"])


async def test_nobody_signs_in_as_somebody_of_another_phone(client):
    answer = await use(client, await ask(client), person_id=str(id_of("Officer Fang")))
    assert (422, "person_id") == (answer.status_code, answer.json()["errors"][0]["field"])


async def test_choices_are_shown_to_who_has_the_code_alone(client, house):
    await share(house, LUO, "Luo", "Lin")
    code = await ask(client, LUO)
    answer = await use(client, "1" if code != "1" else "2", LUO)
    assert 422 == answer.status_code
    assert "choices" not in answer.json()


async def test_staff_sign_in_by_password(client, house):
    async with house.database.write() as session:
        await set_password(
            session, house.clock, SetPassword(person_id=id_of("Officer Fang"), password="a long sentence")
        )
    right = {"phone": "138 0000 0011", "password": "a long sentence"}
    answer = await client.post(f"{API}/auth/password", json=right)
    assert (200, "Officer Fang") == (answer.status_code, answer.json()["name"])
    wrong = await client.post(f"{API}/auth/password", json=right | {"password": "another"})
    nobody = await client.post(f"{API}/auth/password", json=right | {"phone": CHEN})
    assert (422, wrong.json()["detail"]) == (nobody.status_code, nobody.json()["detail"])


async def test_ten_wrong_passwords_and_no_more(client, house):
    house.clock.advance(timedelta(0))
    wrong = {"phone": "13800000011", "password": "wrong"}
    for _ in range(10):
        await house.runtime.counters.hit("password:13800000011", 600)
    assert 429 == (await client.post(f"{API}/auth/password", json=wrong)).status_code


async def test_a_token_can_be_ended(client):
    token = (await use(client, await ask(client))).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert 204 == (await client.delete(f"{API}/auth/token", headers=headers)).status_code
    answer = await me(client, token)
    assert (401, "Bearer") == (answer.status_code, answer.headers["www-authenticate"])


async def test_tokens_are_kept_as_hashes(client, house):
    token = (await use(client, await ask(client))).json()["token"]
    assert not [key for key in house.runtime.tokens._store if token in key]


async def test_the_api_reads_no_cookies(house):
    browser = await house.browser("Officer Fang")
    assert "linli_session" in browser.cookies
    assert 401 == (await browser.get(f"{API}/me")).status_code
    assert 401 == (await browser.post(f"{API}/office/rounds", json={})).status_code


async def test_roles_are_read_afresh(api, house):
    officer = await api("Officer Fang")
    assert 200 == (await officer.get("/office/queue")).status_code
    async with house.database.write() as session:
        for grant in (await session.execute(_grants())).scalars():
            await session.delete(grant)
    assert 403 == (await officer.get("/office/queue")).status_code


def _grants():
    return select(RoleGrant).where(RoleGrant.person_id == id_of("Officer Fang"))
