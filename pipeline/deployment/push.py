"""What a stage needs to tell of outcomes: by webhook, as events, to browsers. Nothing where it tells nobody.

python -m pipeline.deployment.push --stage prod              prints the secret that webhooks are signed with
python -m pipeline.deployment.push --stage prod --rotate     makes a new one, and keeps the one before beside it

Two things are made before the stack, for CloudFormation can make neither: the secret that webhooks are signed with, and
the name of the account's MQTT broker. Both are standard parameters of SSM, which cost nothing; a secret of Secrets
Manager costs $0.40 a month.
"""

from __future__ import annotations

import secrets
import sys
from argparse import ArgumentParser
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from exporters.errors import RequestError
from pipeline import policies
from pipeline.deployment import stages
from pipeline.deployment.account import account, saying
from pipeline.deployment.ids import log_group_id, own_id
from pipeline.deployment.stages import Stage
from pipeline.notices import EVENT, MQTT, WEBHOOK
from pipeline.notify import BACK_OFF_S
from pipeline.queues import DEAD
from pipeline.webhooks import PREFIX

_NOTIFY = "notify"
_QUEUE, _DEAD_QUEUE, _ROLE, _LISTENER = "NotifyQueue", "NotifyDeadQueue", "NotifyRole", "ListenerRole"
_QUEUE_NAME = "${self:custom.name}-notify"
_TIMEOUT_S = 30  # ten for a webhook; the rest for calls that take milliseconds, or are tried again
_MEMORY_MB = 256  # TLS is what takes time, and it takes less with more CPU
_DAY_S = 24 * 60 * 60
_SECRET_BYTES = 32  # the specification asks for 24 to 64
_KEPT_SECRETS = 2  # while receivers change to the new one


def main(arguments: list[str]) -> int:
    """Prints the secrets of a stage that was deployed, the newest first, one on a line. 2 for wrong use."""
    parser = ArgumentParser(prog="python -m pipeline.deployment.push", description="The secrets of webhooks.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--rotate", action="store_true", help="make a new one; the one before signs as well")
    asked = parser.parse_args(arguments)
    try:
        stage = stages.read(asked.stage).name
        where = account()
        ssm = where.client("ssm")
        with saying("read the secrets"):
            found = read_secrets(ssm, stage)
        if not found:
            raise RequestError(
                f"The stage {stage!r} has no secret in account {where.id}, region {where.region}: it has no "
                "webhook_hosts, or is not deployed there."
            )
        if asked.rotate:
            with saying("make a new secret"):
                found = rotate_secret(ssm, stage)
    except RequestError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write("\n".join(found) + "\n")
    return 0


def functions(stage: Stage) -> dict[str, Any]:
    """The function that tells, as osls takes it."""
    if not stage.push:
        return {}
    return {
        _NOTIFY: {
            "handler": "pipeline.notify.handler",
            "memorySize": _MEMORY_MB,
            "timeout": _TIMEOUT_S,
            "role": {"Fn::Sub": f"${{{_ROLE}.Arn}}"},
            "package": {"artifact": f"build/packages/{_NOTIFY}.zip"},
            "environment": environment(stage, _NOTIFY),
        }
    }


def resources(stage: Stage) -> dict[str, Any]:
    """The queue of what is to be told, what feeds its function, and the roles."""
    if not stage.push:
        return {}
    policy = policies.notify(
        _QUEUE, log_group_id(_NOTIFY), webhooks=bool(stage.webhook_hosts), events=stage.events, mqtt=stage.mqtt
    )
    found = {
        _QUEUE: _queue(),
        _DEAD_QUEUE: _dead_queue(),
        "NotifyMapping": _mapping(),
        _ROLE: _role(_NOTIFY, policies.trust(), policy),
    }
    if stage.mqtt:
        found[_LISTENER] = _role("listener", policies.trust_own_account(), policies.listener())
    return found


def queues(stage: Stage) -> list[str]:
    """The logical ids of the queues there are for it."""
    return [_QUEUE, _DEAD_QUEUE] if stage.push else []


def environment(stage: Stage, function: str) -> dict[str, Any]:
    """What a function finds in its environment, on top of the rest."""
    if not stage.push:
        return {}
    hosts = {"WEBHOOK_HOSTS": ",".join(stage.webhook_hosts)} if stage.webhook_hosts else {}
    broker = {"IOT_ENDPOINT": f"{{{{resolve:ssm:{_broker_name('${sls:stage}')}}}}}"} if stage.mqtt else {}
    match function:
        case "request":
            return hosts | (broker | {"MQTT_ROLE": _arn(_LISTENER)} if stage.mqtt else {})
        case "dispatch":
            return hosts | _telling(stage)
        case "notify":
            return hosts | broker
        case _:
            return _telling(stage)


def statements(stage: Stage, function: str) -> list[dict[str, Any]]:
    """What the role of a function may do, on top of the rest."""
    if function == "request":
        return [policies.lends(_LISTENER)] if stage.mqtt else []
    if function in ("dispatch", "watch") or function.startswith("export-"):
        return [policies.tells(_QUEUE)] if stage.push else []
    return []


def outputs(stage: Stage) -> dict[str, Any]:
    """What an app that makes its tickets itself has to know: see `pipeline.mqtt.Broker`."""
    if not stage.mqtt:
        return {}
    return {"ListenerRole": {"Value": _arn(_LISTENER)}}


def prepare(client: Callable[[str], Any], stage: Stage) -> None:
    """Makes what has to be there before the stack. `client` makes boto3's clients by the name of their service."""
    if stage.webhook_hosts:
        ensure_secret(client("ssm"), stage.name)
    if stage.mqtt:
        ensure_broker(client("iot"), client("ssm"), stage.name)


def ensure_secret(ssm: Any, stage: str) -> list[str]:
    """The secrets of a stage, the newest first; makes one where there is none."""
    found = read_secrets(ssm, stage)
    return found or _keep(ssm, stage, [_new_secret()])


def rotate_secret(ssm: Any, stage: str) -> list[str]:
    """A new secret, and the one before: webhooks are signed with both until it is called again.

    Give the new one to all receivers before that. Functions that are warm sign with the old one alone for some hours,
    so receivers keep both for a day: `pipeline.webhooks.verify` takes a list.
    """
    return _keep(ssm, stage, [_new_secret(), *read_secrets(ssm, stage)][:_KEPT_SECRETS])


def read_secrets(ssm: Any, stage: str) -> list[str]:
    """The secrets of a stage, the newest first; none where it has none."""
    try:
        found = ssm.get_parameter(Name=_secret_name(stage), WithDecryption=True)
    except ssm.exceptions.ParameterNotFound:
        return []
    value: str = found["Parameter"]["Value"]
    return value.split()


def read_broker(ssm: Any, stage: str) -> str:
    """The host of the account's MQTT broker, as `ensure_broker` has kept it."""
    found: str = ssm.get_parameter(Name=_broker_name(stage))["Parameter"]["Value"]
    return found


def ensure_broker(iot: Any, ssm: Any, stage: str) -> str:
    """The host of the account's MQTT broker, kept where the stack finds it."""
    host: str = iot.describe_endpoint(endpointType="iot:Data-ATS")["endpointAddress"]
    # Of the embedded stack. Browsers, and most systems, know all that ends in .localhost for this machine (RFC 6761).
    host = host.replace(".127.0.0.1", ".localhost")
    ssm.put_parameter(Name=_broker_name(stage), Value=host, Type="String", Overwrite=True)
    return host


def forget(ssm: Any, stage: str) -> None:
    """Removes what `prepare` has made; does nothing where there is nothing."""
    ssm.delete_parameters(Names=[_secret_name(stage), _broker_name(stage)])


def _keep(ssm: Any, stage: str, found: list[str]) -> list[str]:
    ssm.put_parameter(Name=_secret_name(stage), Value=" ".join(found), Type="SecureString", Overwrite=True)
    return found


def _new_secret() -> str:
    return PREFIX + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def _secret_name(stage: str) -> str:
    return f"/document-export/{stage}/webhook-secret"


def _broker_name(stage: str) -> str:
    return f"/document-export/{stage}/iot-endpoint"


def _telling(stage: Stage) -> dict[str, str]:
    targets = {WEBHOOK: stage.webhook_hosts, EVENT: stage.events, MQTT: stage.mqtt}
    return {"NOTIFY_QUEUE": _QUEUE_NAME, "NOTIFY": ",".join(name for name, on in targets.items() if on)}


def _queue() -> dict[str, Any]:
    properties = {
        "QueueName": _QUEUE_NAME,
        "VisibilityTimeout": 6 * _TIMEOUT_S,  # as AWS advises: room for Lambda's own retries when it is throttled
        "RedrivePolicy": {"deadLetterTargetArn": _arn(_DEAD_QUEUE), "maxReceiveCount": len(BACK_OFF_S) + 1},
    }
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def _dead_queue() -> dict[str, Any]:
    properties = {"QueueName": _QUEUE_NAME + DEAD, "MessageRetentionPeriod": 14 * _DAY_S}  # the longest there is
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def _mapping() -> dict[str, Any]:
    properties = {
        "FunctionName": {"Ref": own_id(_NOTIFY, "Live")},
        "EventSourceArn": _arn(_QUEUE),
        "BatchSize": 1,  # a webhook may take ten seconds, for which the others of its batch would have to wait
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties}


def _role(name: str, trust: policies.Policy, policy: policies.Policy) -> dict[str, Any]:
    named = {"PolicyName": name, "PolicyDocument": policy}
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust, "Policies": [named]}}


def _arn(logical_id: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
