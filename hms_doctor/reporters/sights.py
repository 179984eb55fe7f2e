"""What an app really gets under a cause, in words for people."""

from collections.abc import Iterator

from hms_doctor.model.causes import NO_CODE, Platform
from hms_doctor.model.finding import Status
from hms_doctor.model.observed import for_cause
from hms_doctor.model.report.report import RootCause


def sights(told: RootCause, platform: Platform) -> Iterator[str]:
    """Give a sentence for each SDK in which it was observed; of other platforms than the chosen one nothing.

    What was observed are calls that broke: of a warning, which breaks none, nothing is told.
    """
    for sees in for_cause(told.cause.id) if told.status is Status.FAIL else ():
        if platform in {Platform.ANY, sees.platform}:
            code = "" if sees.code == NO_CODE else f", code {sees.code}"
            yield f"{sees.platform} {sees.sdk}{code}: {sees.outcome}"
