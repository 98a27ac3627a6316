import json
import subprocess
import sys

import pytest

from api.logs import request_id_of

SAY = (
    "import logging, structlog; from api.logs import configure_logs; from api.settings import Settings\n"
    "configure_logs(Settings(log_level='{level}'), json={json})\n"
    "structlog.get_logger().info('hello', who='Chen')\n"
    "logging.getLogger('somebody').warning('old %s', 'style')\n"
    "logging.getLogger('httpx').info('noise')\n"
    "try: 1 / 0\n"
    "except ZeroDivisionError: structlog.get_logger().exception('broken')\n"
)


def said(**how: object) -> str:
    code = SAY.format(**{"level": "INFO", "json": True} | how)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 our own words
    assert done.stdout == ""
    return done.stderr


def test_machines_get_one_json_object_a_line():
    lines = [json.loads(line) for line in said().splitlines()]
    assert [("hello", "info"), ("old style", "warning"), ("broken", "error")] == [
        (line["event"], line["level"]) for line in lines
    ]
    assert "Chen" == lines[0]["who"]
    assert "ZeroDivisionError" == lines[2]["exception"][0]["exc_type"]


def test_people_get_words():
    assert "hello" in said(json=False)


def test_the_level_holds():
    assert "hello" not in said(level="WARNING")


@pytest.mark.parametrize(("given", "kept"), [("abc-1", True), ("", False), ("a b", False), ("x" * 65, False)])
def test_ids_of_proxies_are_kept_if_they_are_sane(given, kept):
    assert kept == (request_id_of(given) == given)
