"""Where AWS listens. Apart from what speaks to it, for who makes a ticket speaks to nobody and starts the sooner."""

from __future__ import annotations


def bucket_url(bucket: str, region: str, endpoint: str = "") -> str:
    """Where the bucket's keys hang, with a slash at the end; `endpoint` is that of the embedded stack.

    On AWS the regional host named after the bucket: the global one redirects, and a redirect breaks a signature.
    """
    if endpoint:
        return f"{endpoint}/{bucket}/"
    return f"https://{bucket}.s3.{region}.{_domain(region)}/"


def service_url(service: str, region: str, endpoint: str = "") -> str:
    """Where a service of a region listens, without a slash at the end; `endpoint` is that of the embedded stack."""
    return endpoint or f"https://{service}.{region}.{_domain(region)}"


def _domain(region: str) -> str:
    return "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
