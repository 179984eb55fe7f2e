"""What can be wrong with Bluetooth; 3012 and 3013 are Android's codes, the nearest that there are."""

from hms_doctor.model.causes.cause import Audience, Cause, Scope

BLUETOOTH_DENIED_BY_USER = Cause(
    id="bluetooth.denied_user",
    title="Bluetooth is denied by the user",
    action="Allow Bluetooth for the program that needs it in the system's privacy settings, then restart it.",
    audience=Audience.CALLER,
    scope=Scope.PROCESS,
    code=3012,
)
BLUETOOTH_DENIED_BY_POLICY = Cause(
    id="bluetooth.denied_policy",
    title="a policy denies Bluetooth",
    action="Allow the user to send to org.bluez in the D-Bus policy, or Bluetooth in the machine's policy.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.MACHINE,
    code=3013,
)
BLUETOOTH_ABSENT = Cause(
    id="bluetooth.absent",
    title="no Bluetooth adapter",
    action="Plug a Bluetooth adapter in, or switch the built-in one on in the firmware's settings.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=3002,
)
BLUETOOTH_OFF = Cause(
    id="bluetooth.off",
    title="Bluetooth is off",
    action="Switch Bluetooth on in the system's settings.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=3002,
)
BLUETOOTH_LISTENING_ONLY = Cause(
    id="bluetooth.listening_only",
    title="the Bluetooth headset has no microphone for a call, and nothing else has one",
    action="Plug a microphone in, or connect a headset with a call profile (HFP).",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
