"""`linli explain` on files."""

import json
from pathlib import Path

import pytest

from matching.explain import decode_explanation

STREET = Path(__file__).parents[3] / "docs" / "examples" / "street.json"
PLAN = STREET.with_name("street.plan.json")
FILES = (str(STREET), str(PLAN))


def test_a_person_reads_why_not_and_what_would_help(linli):
    shown = linli("explain", *FILES, "--task", "guo-socket", "--lang", "en")
    assert (0, "At present nobody can come to this request.") == (
        shown.exit_code,
        shown.stdout.splitlines()[0],
    )
    assert "It would work on 2 March at" in shown.stdout
    assert (
        "目前没有人能来做这项服务。"
        in linli("explain", *FILES, "--task", "guo-socket", "--lang", "zh").stdout
    )


def test_a_person_reads_why(linli):
    shown = linli("explain", *FILES, "--task", "bai-medicine", LINLI_LANG="zh")
    assert shown.stdout.splitlines()[0] == "已安排好，3月2日9点10分有人上门。"


def test_a_machine_reads_a_document(linli):
    shown = linli("explain", *FILES, "--task", "guo-socket", "--json")
    found = decode_explanation(shown.stdout.encode())
    assert ("guo-socket", "nobody", "inside_shift") == (found.task, found.reason, found.rule)


def test_names_are_for_those_who_ask_for_them(linli):
    workers = {worker["id"] for worker in json.loads(STREET.read_bytes())["workers"]}
    silent = linli("explain", *FILES, "--task", "bai-medicine", "--json").stdout
    named = json.loads(linli("explain", *FILES, "--task", "bai-medicine", "--json", "--names").stdout)
    assert [] == [worker for worker in workers if f'"{worker}"' in silent]
    assert workers.issuperset(named["visit"]["workers"])
    assert named["visit"]["workers"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((*FILES, "--task", "nothing"), "no task, delivery or enrolment 'nothing'"),
        ((str(STREET.with_name("house.json")), str(PLAN), "--task", "guo-socket"), "another problem"),
        ((str(STREET), "absent.json", "--task", "guo-socket"), "absent.json"),
    ],
)
def test_what_is_wrong_is_said(linli, arguments, sentence):
    refused = linli("explain", *arguments)
    assert 2 == refused.exit_code
    assert sentence in refused.stderr


def test_another_policy_is_refused(linli, tmp_path):
    (tmp_path / "policy.json").write_text('{"levels": ["service"]}')
    refused = linli("explain", *FILES, "--task", "guo-socket", "--policy", "policy.json")
    assert (2, True) == (refused.exit_code, "another policy" in refused.stderr)
