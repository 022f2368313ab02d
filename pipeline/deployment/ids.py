"""What things are called in the template."""

from __future__ import annotations


def osls_id(function: str) -> str:
    """What osls makes of a function's name in logical ids, which hold letters and digits only."""
    spelled = function.replace("-", "Dash").replace("_", "Underscore")
    return spelled[0].upper() + spelled[1:]


def function_id(function: str) -> str:
    """The logical id that osls gives to a function."""
    return f"{osls_id(function)}LambdaFunction"


def log_group_id(function: str) -> str:
    """The logical id that osls gives to a function's log group."""
    return f"{osls_id(function)}LogGroup"


def own_id(function: str, kind: str) -> str:
    """The logical id of something that we declare for a function: `ExportPdfQueue` for "export-pdf" and "Queue"."""
    # As a format's name is a Python identifier in lower case, no two of them meet in one id.
    return "".join(osls_id(part) for part in function.split("-")) + kind
