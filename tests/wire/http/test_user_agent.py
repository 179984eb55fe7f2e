from hms_doctor import __version__
from hms_doctor.wire.http.user_agent import user_agent_v2


def test_the_keys_stand_in_the_order_of_the_sdk() -> None:
    keys = [pair.partition(":")[0] for pair in user_agent_v2().split(",")]
    order = ["os", "os_version", "sdk", "sdk_version", "device_model", "env", "domain", "is_prebuilt", "framework"]
    assert keys == [key for key in [*order, "framework_version", "framework_sdk_version"] if key in keys]


def test_no_blank_is_left_and_we_are_named() -> None:
    assert " " not in user_agent_v2()
    assert f"device_model:hms-doctor_{__version__}" in user_agent_v2()
