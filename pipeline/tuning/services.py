"""List prices of what else could make the same files: conversion services, and servers that always run.

Dated, each with where it was read. Nothing here is a guess: a service whose price is not to be had in public is left
out, see `LEFT_OUT`. Prices change, and large customers pay less than the list says: read it as an order of magnitude.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Service:
    """What a conversion service asks for a month, in US dollars."""

    name: str
    plan: str
    month: float
    """Whether anything is converted or not."""
    included: int
    """Credits that the month has."""
    credit: float
    """For each credit beyond those."""
    credit_bytes: float
    """Of a file: a larger one takes several credits. Infinite where size does not matter."""
    as_of: str
    """When it was read, in a stored copy: the pages bear no date of their own, and the copy may be older."""
    source: str
    pdf_only: bool = False
    """Whether it makes no other formats. It is asked all the same, as if it made them."""
    bound: str = ""
    """"at least" or "about", where the list does not tell all: what a plan's month is, or what larger plans are."""

    def usd(self, files: float, mean_bytes: float) -> float:
        """What this many files of this size cost in a month."""
        credits = files * max(1, math.ceil(mean_bytes / self.credit_bytes))
        return self.month + max(0.0, credits - self.included) * self.credit


SERVICES = (
    Service(
        name="PDFShift",
        plan="Business: 25,000 credits, overage on",
        month=99.0,
        included=25_000,
        credit=0.02,
        credit_bytes=5 * _MB,
        as_of="2026-11-26",
        source="help.pdfshift.io: 'Enabling the overage credits', 'How does PDFShift counts credits'",
        pdf_only=True,
    ),
    Service(
        name="CloudConvert",
        plan="$10 for 1,000 credits, one a file or more",
        month=0.0,
        included=0,
        credit=0.01,
        credit_bytes=math.inf,
        as_of="2026-08-13",
        source="cloudconvert.com/pricing as a public comparison quotes it: the smallest subscription",
        bound="about",
    ),
    Service(
        name="DocRaptor",
        plan="a document beyond the plan Gold",
        month=0.0,
        included=0,
        credit=0.0225,
        credit_bytes=math.inf,
        as_of="2026-11-26",
        source="docraptor.com/documentation: 'How Overage Works'",
        bound="at least",
        pdf_only=True,
    ),
    Service(
        name="VortexPDF",
        plan="a credit beyond the plan Pro",
        month=0.0,
        included=0,
        credit=0.02,
        credit_bytes=1 * _MB,
        as_of="2026-11-26",
        source="docs.vortexpdf.com: 'API credits'",
        bound="at least",
        pdf_only=True,
    ),
    Service(
        name="LightPDF",
        plan="API, two tasks a second",
        month=0.0,
        included=0,
        credit=0.05,
        credit_bytes=20 * _MB,
        as_of="2026-11-26",
        source="lightpdf.com/convert-api-pricing",
    ),
)

LEFT_OUT = {
    "ConvertAPI": "its plans are public ($35 to $350 a month), how many conversions they have is not",
    "Zamzar": "only a list that calls itself unverified was found ($0.03 to $0.05 a file)",
    "Api2Pdf": "no price was found in public text",
    "Adobe PDF Services": "no price was found in public text",
}
"""Services that would belong here, and why they are not."""


@dataclass(frozen=True, slots=True)
class AlwaysOn:
    """Servers that run whether anybody exports or not, behind a load balancer: on demand, Linux, us-east-1."""

    as_of: str
    source: str
    instance: str
    vcpus: int
    memory_mb: int
    instance_hour: float
    balancer_hour: float
    balancer_gb: float
    """A load balancer's capacity unit is, among others, a GB in an hour; so small requests make nothing else count."""


SERVERS = AlwaysOn(
    as_of="2026-09-20",
    source=(
        "load balancer: the page 'Elastic Load Balancing pricing'; instance: EC2's on-demand list, as programs that "
        "carry a copy of it agree"
    ),
    instance="c7g.large",
    vcpus=2,
    memory_mb=4 * 1024,
    instance_hour=0.0725,
    balancer_hour=0.0225,
    balancer_gb=0.008,
)
