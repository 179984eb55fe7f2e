"""Explanations as the contract's JSON list, one object a meaning."""

import json
from collections.abc import Sequence

from hms_doctor.model.catalogue import Retried
from hms_doctor.model.explain.explanation import Explanation
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.reporters.json import code_or_null, sight
from hms_doctor.reporters.style import Style

_RETRIED: dict[Retried, JsonValue] = {Retried.YES: True, Retried.NO: False, Retried.UNKNOWN: "unknown"}


def render(explanations: Sequence[Explanation], style: Style) -> str:
    """Give the list; numbers and fault names that do not exist are null."""
    listed = [_object(explanation) for explanation in explanations]
    return json.dumps(listed, indent=2, ensure_ascii=not style.unicode) + "\n"


def _object(explanation: Explanation) -> JsonObject:
    meaning = explanation.meaning
    return {
        "code": code_or_null(explanation.code),
        "platforms": list(meaning.ordered_platforms),
        "name": meaning.name,
        "cause": meaning.cause,
        "recommended_action": meaning.action,
        "terminal": meaning.terminal,
        "after_s": meaning.after_s or None,
        "retried": _RETRIED[meaning.retried],
        "symptoms": list(meaning.symptoms),
        "found_by": list(explanation.found_by),
        "demo": explanation.demo or None,
        "app_sees": [sight(sees) for sees in explanation.app_sees],
        "source": meaning.source,
    }
