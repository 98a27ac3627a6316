import re
from collections import Counter
from typing import Any

import msgspec
import pytest

from catalog.services.taxonomy import UNPAID, Service, Taxonomy, load_taxonomy, parse_taxonomy

# Each line: what the accounts of neighbourhood governance name, and the entry that answers it (domain.md, section 3).
NAMED = {
    "养老助餐": "elder-meal-delivery",
    "社区食堂": "canteen-meal",
    "健康驿站": "health-station",
    "健康咨询": "health-advice",
    "义诊": "free-clinic",
    "颈部按摩": "neck-massage",
    "银龄课堂": "senior-class",
    "健康养生课": "wellness-class",
    "四点半课堂": "after-school-class",
    "托管托幼": "toddler-care",
    "亲子活动室": "parent-child-play",
    "租房备案": "rental-registration",
    "就业指导": "job-guidance",
    "法律咨询": "legal-advice",
    "法律培训": "legal-training",
    "家电维修": "appliance-repair",
    "空调除菌清洗": "aircon-cleaning",
    "义修": "free-repair-day",
    "磨剪刀": "knife-sharpening",
    "义剪": "free-haircut-day",
    "上门理发": "bedside-haircut",
    "公益摄影": "charity-photography",
    "农贸到家": "grocery-delivery",
    "团购优选": "group-buying",
    "插花": "flower-arranging",
    "包粽子": "festival-event",
    "露天电影": "open-air-film",
    "夏日送清凉": "summer-cool-delivery",
    "手工": "handicraft-session",
    "讲座": "neighbourhood-lecture",
    "下棋阅览": "chess-and-reading",
    "文化演出": "cultural-show",
    "心理咨询": "counselling",
    "便民市集": "convenience-fair",
    "义卖": "charity-sale",
    "夜间巡逻": "night-patrol",
    "日间照料": "day-care",
    "如康家园": "disability-day",
    "上门巡访": "home-visit",
    "矛盾调解": "mediation",
}
ISSUES = {
    "管道疏通": "shared-drain-blocked",
    "绿化修剪": "overgrown-greenery",
    "灭蚊": "mosquitoes-outdoors",
    "流动摊噪音": "street-stall-noise",
    "停车": "parking-problem",
    "飞线充电": "cable-charging",
    "楼道堆物": "corridor-clutter",
    "不文明养宠": "dog-nuisance",
}


@pytest.fixture
def taxonomy() -> Taxonomy:
    return load_taxonomy()


@pytest.fixture
def leaves(taxonomy: Taxonomy) -> list[Service]:
    return [service for service in taxonomy.services if service.lane == "service"]


@pytest.fixture
def document(taxonomy: Taxonomy) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(taxonomy))
    return built


def refuse(document: dict[str, Any], message: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=re.escape(message)):
        parse_taxonomy(msgspec.json.encode(document))


def test_the_file_is_read_once() -> None:
    assert load_taxonomy() is load_taxonomy()


def test_two_levels_and_more_than_sixty_leaf_services(taxonomy: Taxonomy, leaves: list[Service]) -> None:
    assert 10 <= len(taxonomy.categories) <= 12
    assert 60 <= len(leaves) <= 75
    assert {category.code for category in taxonomy.categories} == {s.category for s in taxonomy.services}


def test_most_leaf_services_come_to_the_person(leaves: list[Service]) -> None:
    shapes = Counter(service.shape for service in leaves)
    assert shapes["visit"] + shapes["remote"] >= 40
    assert set(shapes) == {"visit", "delivery", "group", "remote"}


@pytest.mark.parametrize("code", NAMED.values(), ids=NAMED.keys())
def test_every_named_service_can_be_asked_for(taxonomy: Taxonomy, code: str) -> None:
    assert taxonomy.service(code).lane == "service"


@pytest.mark.parametrize("code", ISSUES.values(), ids=ISSUES.keys())
def test_nuisances_are_handed_off_and_not_matched(taxonomy: Taxonomy, code: str) -> None:
    assert taxonomy.service(code).lane == "issue"
    assert taxonomy.service(code).skills == ()


def test_a_lift_is_deliberated(taxonomy: Taxonomy) -> None:
    assert taxonomy.service("lift-retrofit").lane == "deliberation"


def test_every_skill_and_qualification_is_used(taxonomy: Taxonomy) -> None:
    used_skills = {need.skill for service in taxonomy.services for need in service.skills}
    used_papers = {code for service in taxonomy.services for code in service.qualifications}
    assert {skill.code for skill in taxonomy.skills} == used_skills
    assert {paper.code for paper in taxonomy.qualifications} == used_papers


def test_services_with_children_are_guarded(taxonomy: Taxonomy) -> None:
    """All of the children's category, and nothing else is offered to children alone."""
    guarded = [service for service in taxonomy.services if "minor" in service.safeguarding]
    assert [service for service in taxonomy.services if service.category == "children"] == guarded
    for service in guarded:
        assert "background_check" in service.qualifications, service.code
    for service in (leaf for leaf in guarded if leaf.shape == "group"):
        assert "two_adults" in service.safeguarding, service.code
        assert service.children_per_adult is not None, service.code


def test_nobody_unchecked_is_alone_with_somebody_at_home(taxonomy: Taxonomy) -> None:
    alone = [service for service in taxonomy.services if "home_alone_risk" in service.safeguarding]
    assert [service.code for service in alone if "background_check" not in service.qualifications] == []


def test_free_has_no_cap_and_every_other_price_has_one(taxonomy: Taxonomy) -> None:
    for service in taxonomy.services:
        assert (service.price.kind == "free") == (service.price.cap_fen is None), service.code
        assert service.price.cap_fen is None or service.price.cap_fen <= 30_000, service.code


def test_volunteers_never_appear_beside_a_price_for_labour(leaves: list[Service]) -> None:
    paid = [service for service in leaves if service.price.kind in {"guided", "market"}]
    assert [service.code for service in paid if UNPAID.intersection(service.providers)] == []


def test_two_people_come_where_one_is_not_enough(taxonomy: Taxonomy) -> None:
    for code in ("bath-assistance", "furniture-moving", "mediation", "wheelchair-outing"):
        assert taxonomy.service(code).people_needed == 2
    assert taxonomy.service("bath-assistance").gender_wish


def test_the_gates_of_sensitive_services(taxonomy: Taxonomy) -> None:
    gates = {
        "elder-meal-delivery": "food_licence",
        "lamp-and-socket": "electrician_licence",
        "legal-advice": "lawyer_certificate",
        "counselling": "counsellor_certificate",
        "nurse-visit": "nurse_certificate",
        "free-clinic": "doctor_certificate",
        "gas-stove-check": "gas_fitter_licence",
    }
    for code, paper in gates.items():
        assert paper in taxonomy.service(code).qualifications, code
    for code in ("legal-advice", "counselling", "mediation"):
        assert "confidential" in taxonomy.service(code).safeguarding, code


def test_meals_have_hours(taxonomy: Taxonomy) -> None:
    for code in ("elder-meal-delivery", "canteen-meal", "grocery-delivery"):
        assert taxonomy.service(code).windows, code


def test_waiting_limits(leaves: list[Service]) -> None:
    assert {1, 3, 5, 10} == {service.wait_limit_days for service in leaves}
    pressing = [service for service in leaves if service.urgency_default != "normal"]
    assert {1} == {service.wait_limit_days for service in pressing}


def test_keywords_are_chinese_and_said_once(taxonomy: Taxonomy) -> None:
    for service in taxonomy.services:
        assert len(set(service.keywords)) == len(service.keywords), service.code
        assert all(re.search(r"[一-鿿]", word) for word in service.keywords), service.code


def test_both_languages_are_what_they_say(taxonomy: Taxonomy) -> None:
    texts = [category.name for category in taxonomy.categories]
    texts += [skill.name for skill in taxonomy.skills]
    texts += [paper.name for paper in taxonomy.qualifications]
    texts += [text for service in taxonomy.services for text in (service.name, service.summary)]
    texts += [service.price.note for service in taxonomy.services if service.price.note]
    for text in texts:
        assert re.search(r"[一-鿿]", text.zh), text
        assert text.en.isascii(), text


def test_names_are_unique(taxonomy: Taxonomy) -> None:
    for names in (
        Counter(service.name.zh for service in taxonomy.services),
        Counter(service.name.en for service in taxonomy.services),
    ):
        assert [name for name, count in names.items() if count > 1] == []


def test_an_icon_falls_back_to_the_category(taxonomy: Taxonomy) -> None:
    service = taxonomy.service("appliance-repair")
    assert taxonomy.icon_of(service) == "washing-machine"
    assert taxonomy.icon_of(msgspec.structs.replace(service, icon=None)) == "wrench"


def test_a_dangling_skill_is_refused_with_its_path(document: dict[str, Any]) -> None:
    document["services"][2]["skills"][0]["skill"] = "levitation"
    refuse(document, "Unknown skill `levitation` - at `$.services[2].skills[0].skill`")


def test_a_dangling_qualification_is_refused_with_its_path(document: dict[str, Any]) -> None:
    document["services"][1]["qualifications"] = ["pilot_licence"]
    refuse(document, "Unknown qualification `pilot_licence` - at `$.services[1].qualifications[0]`")


def test_a_dangling_category_is_refused_with_its_path(document: dict[str, Any]) -> None:
    document["services"][0]["category"] = "magic"
    refuse(document, "Unknown category `magic` - at `$.services[0].category`")


@pytest.mark.parametrize("field", ["categories", "skills", "qualifications", "services"])
def test_a_code_used_twice_is_refused_with_its_path(document: dict[str, Any], field: str) -> None:
    document[field].insert(1, document[field][0])
    refuse(document, f"is used twice - at `$.{field}[1].code`")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": {"zh": " ", "en": "Name"}}, "$.services[0].name.zh"),
        ({"name": {"zh": "名字", "en": ""}}, "$.services[0].name.en"),
        ({"colour": "red"}, "$.services[0]"),
        ({"price": {"kind": "free", "cap_fen": 100}}, "$.services[0].price"),
        ({"price": {"kind": "market", "cap_fen": None}}, "$.services[0].price"),
        ({"windows": [{"opens": "12:00", "closes": "11:00"}]}, "$.services[0].windows[0]"),
        ({"seats": {"fewest": 5, "most": 4}}, "$.services[0].seats"),
        ({"seats": {"fewest": 4, "most": 5}}, "$.services[0]"),
        ({"safeguarding": ["minor"]}, "$.services[0]"),
        ({"safeguarding": ["confidential"], "poolable": True}, "$.services[0]"),
        ({"providers": ["volunteer_team"]}, "$.services[0]"),
        ({"providers": []}, "$.services[0]"),
        ({"safeguarding": ["two_adults"]}, "$.services[0]"),
        ({"weight": 11}, "$.services[0].weight"),
    ],
)
def test_a_broken_service_is_refused_with_its_path(
    document: dict[str, Any], change: dict[str, Any], path: str
) -> None:
    document["services"][0] |= change
    with pytest.raises(msgspec.ValidationError) as refusal:
        parse_taxonomy(msgspec.json.encode(document))
    assert str(refusal.value).endswith(f"at `{path}`")


def test_a_document_survives_a_round_trip(taxonomy: Taxonomy) -> None:
    assert taxonomy == parse_taxonomy(msgspec.json.encode(taxonomy))
