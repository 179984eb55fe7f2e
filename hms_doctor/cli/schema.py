"""``hms-doctor schema``: the JSON Schema of the report."""


def schema() -> int:
    """Print the JSON Schema of the report (`--format json`)."""
    import json

    from hms_doctor.cli.stdout import say
    from hms_doctor.reporters.schema import SCHEMA

    say(json.dumps(SCHEMA, indent=2) + "\n")
    return 0
