"""The page of figures: a run renews its own sections and leaves the others as they are."""

from tests.benchmarks.report import INTRODUCTION, ORDER, machine, merged, record, table


def test_a_partial_run_updates_only_its_own():
    page = merged(merged("", "Real requests", "old\n\n### Deeper\n\nx"), "A district", "far")
    again = merged(page, "A district", "near")
    assert [INTRODUCTION.splitlines()[0], "## A district", "near", "## Real requests", "old"] == [
        line for line in again.splitlines() if line[:2] in {"# ", "##", "ne", "ol"} and line[:3] != "###"
    ]
    assert "### Deeper\n\nx" in again
    assert again == merged(again, "Real requests", "old\n\n### Deeper\n\nx")


def test_sections_have_an_order():
    page = ""
    for name in ("Zebras", *reversed(ORDER)):
        page = merged(page, name, "1")
    assert [*ORDER, "Zebras"] == [line[3:] for line in page.splitlines() if line.startswith("## ")]


def test_what_is_recorded_is_printed_and_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LINLI_BENCH_REPORT", str(tmp_path / "page.md"))
    record("Zebras", table(("stripes", "n"), [("black", 3)]))
    written = (tmp_path / "page.md").read_text("utf-8")
    assert "| stripes | n |\n| --- | ---: |\n| black | 3 |" in written
    assert (True, True) == (
        f"Measured on {machine()}." in written,
        "| black | 3 |" in capsys.readouterr().out,
    )
