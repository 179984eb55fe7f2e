"""What an app really gets under a cause, in words for people."""

from collections.abc import Iterator

from hms_doctor.model.causes import NO_CODE, Cause, Platform
from hms_doctor.model.observed import for_cause


def sights(cause: Cause, platform: Platform) -> Iterator[str]:
    """Give a sentence for each SDK in which it was observed; of other platforms than the chosen one nothing."""
    for sees in for_cause(cause.id):
        if platform in {Platform.ANY, sees.platform}:
            code = "" if sees.code == NO_CODE else f", code {sees.code}"
            yield f"{sees.platform} {sees.sdk}{code}: {sees.outcome}"
