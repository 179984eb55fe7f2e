import pytest

from hms_doctor.model.network.http_date import server_time
from hms_doctor.model.network.server import NoServerTime, ServerTime


def test_the_date_header_tells_the_servers_clock_to_half_a_second() -> None:
    told = server_time({"date": "Sat, 21 Nov 2026 18:22:10 GMT"}, 1795285330.0, "init.test")
    assert told == ServerTime(server=1795285330.5, here=1795285330.0, source="init.test")
    assert told.skew == -0.5


def test_a_clock_that_runs_ahead_has_a_positive_skew() -> None:
    told = server_time({"date": "Sat, 21 Nov 2026 18:22:10 GMT"}, 1795285930.5, "init.test")
    assert isinstance(told, ServerTime)
    assert told.skew == 600


@pytest.mark.parametrize(
    "date", ["", "today", "Sat, 32 Nov 2026 18:22:10 GMT", "Sat, 21 Nov 99999999 18:22:10 GMT", "\x00" * 100, "1 2 3"]
)
def test_a_date_that_is_none(date: str) -> None:
    assert server_time({"date": date}, 0.0, "init.test") == NoServerTime()


def test_no_date() -> None:
    assert server_time({}, 0.0, "init.test") == NoServerTime()
