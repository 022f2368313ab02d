"""The stage's address: an HTTP API in front of the function `request`, for who has AWS credentials or a token.

It costs nothing while nobody asks, and $1.00 for a million requests beside what the function costs; invoking it
directly costs only that, and an app that signs by itself pays neither. (The first 300 million of a month in us-east-1,
up to 512 kB each; AWS price list, usage type USE1-ApiGatewayHttpRequest, as in force since July 2025.)
"""

from __future__ import annotations

from typing import Any

from pipeline.deployment.formats import LIVE_ALIAS, alias_id
from pipeline.deployment.stages import Stage

ROUTES = ("POST /tickets", "GET /formats")
"""All others are answered with 404 by API Gateway, and the function does not run."""

_PREFLIGHT_S = 3600  # an hour, as for the bucket: a page that asks often asks for leave once


def resources(stage: Stage) -> dict[str, Any]:
    """The API, its two routes with who may use them, and their way to what is live of the function."""
    return {
        "RequestApi": _resource("Api", _api(stage)),
        "RequestApiStage": _resource("Stage", _api_stage(stage)),
        "RequestIntegration": _resource("Integration", _integration()),
        **({"RequestAuthorizer": _resource("Authorizer", _authorizer(stage))} if _takes_tokens(stage) else {}),
        **{_id(route, "Route"): _resource("Route", _route(route, stage)) for route in ROUTES},
        **{_id(route, "Permission"): _permission(route) for route in ROUTES},
    }


def outputs(_stage: Stage) -> dict[str, Any]:
    """Where an app asks: `RequestUrl`, to which it adds /tickets."""
    return {"RequestUrl": {"Value": {"Fn::GetAtt": ["RequestApi", "ApiEndpoint"]}}}


def _api(stage: Stage) -> dict[str, Any]:
    properties: dict[str, Any] = {"Name": "${self:custom.name}", "ProtocolType": "HTTP"}
    if _takes_tokens(stage):  # browsers have tokens; where AWS credentials are asked for, no page has business
        properties["CorsConfiguration"] = {
            "AllowOrigins": list(stage.origins),
            "AllowMethods": sorted({route.split()[0] for route in ROUTES}),
            "AllowHeaders": ["authorization", "content-type"],
            "MaxAge": _PREFLIGHT_S,
        }
    return properties


def _api_stage(stage: Stage) -> dict[str, Any]:
    # No access log: it costs $0.50 a GB and would hold what callers are, and the function's own metrics count them.
    return {
        "ApiId": {"Ref": "RequestApi"},
        "StageName": "$default",  # so that paths begin with nothing before them
        "AutoDeploy": True,
        "DefaultRouteSettings": {
            "ThrottlingRateLimit": stage.requests.per_second,
            "ThrottlingBurstLimit": stage.requests.burst,
        },
    }


def _integration() -> dict[str, Any]:
    return {
        "ApiId": {"Ref": "RequestApi"},
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": {"Ref": alias_id("request", LIVE_ALIAS)},
        "PayloadFormatVersion": "2.0",
    }


def _authorizer(stage: Stage) -> dict[str, Any]:
    return {
        "ApiId": {"Ref": "RequestApi"},
        "Name": "tokens",
        "AuthorizerType": "JWT",
        "IdentitySource": ["$request.header.Authorization"],
        "JwtConfiguration": {"Issuer": stage.requests.issuer, "Audience": list(stage.requests.audience)},
    }


def _route(route: str, stage: Stage) -> dict[str, Any]:
    who: dict[str, Any] = {"AuthorizationType": "AWS_IAM"}
    if _takes_tokens(stage):
        who = {"AuthorizationType": "JWT", "AuthorizerId": {"Ref": "RequestAuthorizer"}}
    return {
        "ApiId": {"Ref": "RequestApi"},
        "RouteKey": route,
        "Target": {"Fn::Sub": "integrations/${RequestIntegration}"},
        **who,
    }


def _permission(route: str) -> dict[str, Any]:
    # The star is for the API's stage, of which there is one.
    source = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${RequestApi}/*/"
    return {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "FunctionName": {"Ref": alias_id("request", LIVE_ALIAS)},
            "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": {"Fn::Sub": source + route.replace(" /", "/")},
        },
    }


def _takes_tokens(stage: Stage) -> bool:
    return stage.requests.kind == "jwt"


def _resource(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"Type": f"AWS::ApiGatewayV2::{kind}", "Properties": properties}


def _id(route: str, kind: str) -> str:
    return route.rpartition("/")[2].capitalize() + kind
