"""Explanations as the contract's JSON list, one object a meaning."""

import json
from collections.abc import Sequence

from hms_doctor.model.catalogue import Retried
from hms_doctor.model.causes.cause import NO_CODE
from hms_doctor.model.explanation import Explanation
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.observed import AppSees
from hms_doctor.reporters.style import Style

_RETRIED: dict[Retried, JsonValue] = {Retried.YES: True, Retried.NO: False, Retried.UNKNOWN: "unknown"}


def render(explanations: Sequence[Explanation], style: Style) -> str:
    """Give the list; numbers and fault names that do not exist are null."""
    listed = [_object(explanation) for explanation in explanations]
    return json.dumps(listed, indent=2, ensure_ascii=not style.unicode) + "\n"


def _object(explanation: Explanation) -> JsonObject:
    meaning = explanation.meaning
    return {
        "code": _code(explanation.code),
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
        "app_sees": [_sees(sees) for sees in explanation.app_sees],
        "source": meaning.source,
    }


def _sees(sees: AppSees) -> JsonObject:
    return {"platform": sees.platform, "sdk": sees.sdk, "code": _code(sees.code), "outcome": sees.outcome}


def _code(code: int) -> int | None:
    return None if code == NO_CODE else code
