import pytest
from openapi_spec_validator import validate

from tests.support.app import API


@pytest.fixture
async def document(client):
    answer = await client.get(f"{API}/openapi.json")
    assert (200, "application/json") == (answer.status_code, answer.headers["content-type"])
    return answer.json()


def operations(document):
    return [operation for methods in document["paths"].values() for operation in methods.values()]


def test_the_document_is_valid(document):
    validate(document)


def test_it_speaks_of_the_api_alone(document):
    assert all(path.startswith(API) for path in document["paths"])


def test_every_operation_has_a_name_a_tag_and_a_sentence(document):
    found = operations(document)
    assert len(found) == len({operation["operationId"] for operation in found})
    known = {tag["name"] for tag in document["tags"]}
    for operation in found:
        assert set(operation["tags"]) <= known
        assert operation["summary"].endswith(".")


def test_refusals_are_problem_documents(document):
    for operation in operations(document):
        refusals = {code: told for code, told in operation["responses"].items() if code >= "400"}
        assert "500" in refusals
        for told in refusals.values():
            assert {"application/problem+json"} == set(told["content"])


def test_what_needs_a_token_says_so(document):
    for operation in operations(document):
        assert ("401" in operation["responses"]) == ("security" in operation)


def test_unknown_fields_are_refused_in_the_document_too(document):
    schemas = document["components"]["schemas"]
    for operation in operations(document):
        if body := operation.get("requestBody"):
            name = body["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
            assert schemas[name]["additionalProperties"] is False


async def test_there_is_no_other_page_under_its_path(client):
    for path in ("", "/", "/redoc", "/openapi.yaml"):
        assert "application/problem+json" == (await client.get(API + path)).headers["content-type"]
    assert 404 == (await client.get("/schema")).status_code
