"""``hms-doctor schema``: the JSON Schema of the report."""


def schema() -> int:
    """Print the JSON Schema of the report (`--format json`)."""
    import json
    import sys

    from hms_doctor.reporters.schema import SCHEMA

    sys.stdout.write(json.dumps(SCHEMA, indent=2) + "\n")
    return 0
