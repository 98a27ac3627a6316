"""What all tables of a plan on the terminal share: their look, words of codes."""

from rich.box import SIMPLE
from rich.table import Table

from api.cli.console import words
from api.i18n import N_
from matching.plot.words import Names, worded

LISTED = 20


def plan_table(title: str, *columns: tuple[str, str]) -> Table:
    """An empty table; each column has a heading and a side."""
    _ = words().gettext
    table = Table(title=_(title), title_justify="left", box=SIMPLE, padding=(0, 1))
    for heading, justify in columns:
        table.add_column(_(heading), justify=justify, overflow="fold")  # type: ignore[arg-type] # rich's literal
    return table


def word_of(names: Names, code: str) -> str:
    """A code in the reader's words."""
    return worded(words().gettext, names, code)


def more(table: Table, count: int) -> None:
    """Say how many rows are not shown."""
    if count > LISTED:
        table.caption = words().gettext(N_("and {n} more"), n=count - LISTED)
