"""The catalogue as a Markdown table."""

from collections.abc import Sequence

from hms_doctor.model.explain.explanation import Explanation
from hms_doctor.reporters.markdown import inert
from hms_doctor.reporters.style import Style

_HEAD = (
    "| code | name | meaning | where | what to do |",
    "|---:|---|---|---|---|",
)


def render(explanations: Sequence[Explanation], style: Style) -> str:
    """Give the table, one line a meaning."""
    text = "\n".join([*_HEAD, *(_row(explanation) for explanation in explanations), ""])
    return text if style.unicode else text.encode("ascii", "xmlcharrefreplace").decode()


def _row(explanation: Explanation) -> str:
    meaning = explanation.meaning
    cells = (str(explanation.code), meaning.name, meaning.title, meaning.where, meaning.action)
    return f"| {' | '.join(map(inert, cells))} |"
