"""The commands that act on what was found, as they are typed: ours, and AWS's own where there is none of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.deployment.channels import Target

PIPELINE = "python -m pipeline"

_CONCURRENCY = "L-B99A9384"  # Lambda's "Concurrent executions" in Service Quotas


def ours(target: Target, words: str) -> str:
    """A command of ours for the place where something was found."""
    on_this_machine = not target.layers
    return f"{PIPELINE} {words}" + ("" if on_this_machine else f" --stage {target.stage}")


def local(words: str) -> str:
    """A command of ours that works in the working tree, whatever the stage."""
    return f"{PIPELINE} {words}"


def deploy(target: Target) -> str:
    """What makes a stage as the working tree has it: on this machine that is a new stack."""
    return local(f"deploy --stage {target.stage}") if target.layers else local("up")


def aws(target: Target, words: str) -> str:
    """A command of AWS's, for the place where something was found."""
    meta = target.client("lambda").meta
    where = "" if target.layers else f" --endpoint-url {meta.endpoint_url}"
    return f"aws {words} --region {meta.region_name}{where}"


def more_runs(target: Target) -> str:
    """What asks for more runs at once; an account begins with 1,000, or with fewer where it is new."""
    quota = f"--service-code lambda --quota-code {_CONCURRENCY}"
    return aws(target, f"service-quotas request-service-quota-increase {quota} --desired-value 2000")
