"""What all tables of a plan on the terminal share: their look, words of codes."""

from rich.box import SIMPLE
from rich.console import RenderableType
from rich.markup import escape
from rich.style import StyleType
from rich.table import Table

from api.cli.console import words
from api.i18n import N_
from matching.plot.words import Names, worded

LISTED = 20


class PlainTable(Table):
    """A table whose cells are what they say: a name in brackets is no style."""

    def add_row(
        self, *cells: RenderableType | None, style: StyleType | None = None, end_section: bool = False
    ) -> None:
        """Add a row of cells."""
        plain = (escape(cell) if isinstance(cell, str) else cell for cell in cells)
        super().add_row(*plain, style=style, end_section=end_section)


def plan_table(title: str, *columns: tuple[str, str]) -> Table:
    """An empty table; each column has a heading and a side."""
    _ = words().gettext
    table = PlainTable(title=_(title), title_justify="left", box=SIMPLE, padding=(0, 1))
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
