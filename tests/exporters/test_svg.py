"""SVG images: what is only a picture is shown, and what is more is refused with the reason."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress

import pytest
from counting import steps
from hypothesis import given
from hypothesis import strategies as some
from samples import paragraph, png

from exporters import Source, export, registry
from exporters.document import Document, Image, Resource
from exporters.report import Report
from exporters.toolbox import svg
from exporters.toolbox.images import MAX_PIXELS, NotAnImage, inspect


def drawing(inside: str = "", attributes: str = "") -> bytes:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {names} {attributes}>{inside}</svg>".encode()


def data_url(data: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{b64encode(data).decode()}"


def refusal(data: bytes) -> str:
    with pytest.raises(NotAnImage) as refused:
        inspect(data)
    return str(refused.value)


# What is only a picture

SHOWN = {
    "nothing": drawing(),
    "a shape": drawing('<rect width="3" height="2" fill="teal" transform="rotate(45)"/>'),
    "a declaration": b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<!-- by hand -->\n' + drawing(),
    "a byte order mark": b"\xef\xbb\xbf" + drawing(),
    "an old encoding": b'<?xml version="1.0" encoding="ISO-8859-1"?>'
    + drawing("<text>\xfc</text>").replace(b"\xc3", b""),
    "the type of SVG 1.1": (
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
        + drawing()
    ),
    "a prefix": b'<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:rect/></s:svg>',
    "a gradient": drawing(
        '<linearGradient id="a"><stop/></linearGradient><rect fill="url(#a)" style="stroke: url( \'#a\' )"/>'
    ),
    "a reference": drawing('<g id="a"><rect/></g><use xlink:href="#a"/><use href="#a"/>'),
    "a style sheet": drawing("<style>@media print { .a\\:b { fill: url(#a) } }</style>"),
    "a font within": drawing("<style>@font-face { src: url(data:font/woff2;base64,d09GMg) format('woff2') }</style>"),
    "a picture within": drawing(f'<image xlink:href="{data_url(png(2, 2))}"/>'),
    "a link": drawing('<a href="https://example.org/"><rect/></a><a xlink:href="#a"/>'),
    "movement": drawing('<rect id="a"><animate href="#a" attributeName="x" values="1;2"/></rect>'),
    "a link to what it stands in": drawing('<g id="a"><a href="#a"><rect/></a></g>'),
    "what drawing programs remember": drawing(
        '<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" r:resource="http://example.org/"/></metadata>'
        '<i:grid xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:file="C:\\a(1)" onset="1"/>'
    ).replace(b'onset="1"', b""),
    "the plan of a drawing": drawing(attributes='content="&lt;a style=&quot;image(url(http://example.org/))&quot;/>"'),
    "words about scripts": drawing("<text>javascript: onclick, url(http://example.org/) and @import</text>"),
}


@pytest.mark.parametrize("what", SHOWN)
def test_what_is_only_a_picture_is_kept_as_it_is(what: str) -> None:
    assert inspect(SHOWN[what]) == Resource("image/svg+xml", SHOWN[what])


SIZES = {
    'width="30" height="20"': (30, 20),
    'width="30px" height=" 20.4px "': (30, 20),
    'width="1in" height="2.54cm"': (96, 96),
    'width="72pt" height="25.4mm"': (96, 96),
    'width="1pc" height="0.1"': (16, 1),
    'viewBox="0 0 30 20"': (30, 20),
    'viewBox="-5,-5,30.2,20"': (30, 20),
    'viewBox="0 0 30 20" width="60"': (60, 40),
    'viewBox="0 0 30 20" height="40"': (60, 40),
    'viewBox="0 0 30 20" width="100%" height="100%"': (30, 20),
    'viewBox="0 0 30 20" width="7" height="9"': (7, 9),
    'width="100%" height="20"': (0, 0),
    'width="10em" height="20"': (0, 0),
    'width="-3" height="20"': (0, 0),
    'width="0" height="20"': (0, 0),
    'viewBox="0 0 0 20"': (0, 0),
    'viewBox="0 0 30"': (0, 0),
    'viewBox="a b c d"': (0, 0),
    'width="1e999" height="1"': (0, 0),
    'viewBox="0 0 100000 80000"': (0, 0),
    f'width="{MAX_PIXELS}" height="1"': (MAX_PIXELS, 1),
    f'width="{MAX_PIXELS + 1}" height="1"': (0, 0),
    f'width="{"9" * 400}" height="1"': (0, 0),
}


@pytest.mark.parametrize("attributes", SIZES)
def test_the_size_is_in_pixels_where_there_is_one(attributes: str) -> None:
    found = inspect(drawing("<rect/>", attributes))
    assert (found.width, found.height) == SIZES[attributes]


# What is more

USE = '<g id="{0}">' + '<use href="#{1}"/>' * 10 + "</g>"
LAUGHS = '<g id="a0"><rect/></g>' + "".join(USE.format(f"a{n + 1}", f"a{n}") for n in range(9)) + '<use href="#a9"/>'
PATTERNS = '<pattern id="a0"><rect/></pattern>' + "".join(
    f'<pattern id="a{n + 1}">{f"""<rect fill="url(#a{n})"/>""" * 10}</pattern>' for n in range(9)
)
MARKERS = f'<marker id="a">{"<rect/>" * 200}</marker><path marker-mid="url(#a)" d="{"M1 1" * 5000}"/>'

REFUSED = {
    "a script": (drawing("<script>alert(1)</script>"), "has a script"),
    "a script of another name": (drawing('<a:script xmlns:a="http://www.w3.org/1999/xhtml"/>'), "has a script"),
    "a handler": (drawing(attributes='onload="alert(1)"'), "has a script (onload)"),
    "a handler within": (drawing('<g><rect OnClick="a()"/></g>'), "has a script (onclick)"),
    "a handler of XML events": (
        drawing('<rect a:event="click" xmlns:a="http://www.w3.org/2001/xml-events"/>'),
        "has a script (event)",
    ),
    "a handler that an animation adds": (
        drawing('<set attributeName="onclick" to="a()"/>'),
        "changes where it leads (onclick)",
    ),
    "HTML": (drawing("<foreignObject><p/></foreignObject>"), "has HTML within (foreignObject)"),
    "HTML by its namespace": (drawing('<p xmlns="http://www.w3.org/1999/xhtml"/>'), "has HTML within (p)"),
    "a page": (drawing('<iframe src="https://example.org/"/>'), "has HTML within (iframe)"),
    "a picture elsewhere": (drawing('<image href="https://example.org/a.png"/>'), svg._ELSEWHERE),
    "a picture beside": (drawing('<image xlink:href="a.png"/>'), svg._ELSEWHERE),
    "a shape elsewhere": (drawing('<use xlink:href="a.svg#b"/>'), svg._ELSEWHERE),
    "another drawing within": (drawing(f'<image href="{data_url(drawing(), "image/svg+xml")}"/>'), svg._ELSEWHERE),
    "a page within": (drawing('<image href="data:text/html,hello"/>'), svg._ELSEWHERE),
    "a script as a link": (drawing('<a href=" javascript:alert(1)"><rect/></a>'), svg._ELSEWHERE),
    "a link that is an animation's": (
        drawing('<animate attributeName="xlink:href" to="a"/>'),
        "changes where it leads (href)",
    ),
    "no picture within": (
        drawing('<image href="data:image/png;base64,aGVsbG8="/>'),
        "has a picture within that cannot be read",
    ),
    "a large picture within": (
        drawing(f'<image href="{data_url(png(1, 1)[:16] + b"\x7f\0\0\0\x7f\0\0\0")}"/>'),
        "has a picture within that cannot be read",
    ),
    "many large pictures": (
        drawing(f'<image href="{data_url(png(1, 1)[:16] + b"\0\0\x10\0\0\0\x20\0")}"/>' * 2),
        "has pictures within of more than 40 million pixels",
    ),
    "a colour elsewhere": (drawing('<rect fill="url(https://example.org/a.svg#b)"/>'), svg._ELSEWHERE),
    "a colour elsewhere, escaped": (drawing('<rect fill="\\75 rl(https://example.org/a.svg#b)"/>'), svg._ELSEWHERE),
    "a style elsewhere": (drawing("<rect style=\"fill:uRL('//example.org')\"/>"), svg._ELSEWHERE),
    "an imported sheet": (drawing('<style>@import "https://example.org/a.css";</style>'), svg._ELSEWHERE),
    "an imported sheet, escaped": (drawing("<style>@\\69mport 'a.css';</style>"), svg._ELSEWHERE),
    "an imported sheet after an element": (drawing("<style><g/>@import 'a.css';</style>"), svg._ELSEWHERE),
    "a sheet in pieces": (drawing("<style><![CDATA[@im]]><![CDATA[port 'a.css';]]></style>"), svg._ELSEWHERE),
    "a font elsewhere": (drawing("<style>@font-face{src:url(a.woff)}</style>"), svg._ELSEWHERE),
    "a set of images": (drawing("<style>a{background:image-set('a.png' 1x)}</style>"), svg._ELSEWHERE),
    "a sheet of its own": (b'<?xml-stylesheet href="a.css"?>' + drawing(), "takes its style from elsewhere"),
    "another base": (drawing(attributes='xml:base="https://example.org/"'), "says that it is elsewhere (xml:base)"),
    "entities": (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + drawing("&a;"), "declares entities"),
    "attributes that are there by themselves": (
        b'<!DOCTYPE svg [<!ATTLIST svg onload CDATA "a()">]>' + drawing(),
        "declares entities",
    ),
    "a strange encoding": (b'<?xml version="1.0" encoding="utf-7"?>' + drawing(), "is not in UTF-8"),
    "no end": (drawing()[:-6], "is not well-formed XML"),
    "no namespace": (b"<svg><rect/></svg>", "lacks its namespace, without which nobody shows it"),
    "a wrong namespace": (
        b'<svg xmlns="http://www.w3.org/1999/xhtml"/>',
        "lacks its namespace, without which nobody shows it",
    ),
    "no prefix": (b"<s:svg/>", "is not well-formed XML"),
    "depth": (drawing("<g>" * 200 + "</g>" * 200), "is nested more than 100 deep"),
    "elements": (drawing("<g/>" * svg.MAX_ELEMENTS), "has more than 100000 elements"),
    "size": (drawing(" " * svg.MAX_SIZE), "has more than 10 MB"),
    "a billion laughs": (drawing(LAUGHS), "repeats its parts too often, or without end"),
    "a billion laughs in patterns": (
        drawing(PATTERNS + '<rect fill="url(#a9)"/>'),
        "repeats its parts too often, or without end",
    ),
    "a million marks": (drawing(MARKERS), "repeats its parts too often, or without end"),
    "a million marks by a sheet": (
        drawing(MARKERS.replace("marker-mid", "class") + "<style>path { marker: url(#a) }</style>"),
        "repeats its parts too often, or without end",
    ),
    "itself": (drawing('<g id="a"><use href="#a"/></g>'), "repeats its parts too often, or without end"),
    "each other": (
        drawing('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'),
        "repeats its parts too often, or without end",
    ),
    "all of it": (drawing('<use href="#a"/>', 'id="a"'), "repeats its parts too often, or without end"),
    "references": (
        drawing(f'<rect style="{"fill:url(#a);" * (svg.MAX_ELEMENTS + 1)}"/>'),
        "refers to its parts more than 100000 times",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_more_than_a_picture_is_refused_with_the_reason(what: str) -> None:
    data, why = REFUSED[what]
    assert refusal(data) == f"is an SVG image that {why}; save it as PNG"


NO_SVG = (b"<p>hello</p>", b"<html><body>" + drawing(), b"a < b", drawing().decode().encode("utf-16"), b"<!--" * 1000)


@pytest.mark.parametrize("data", NO_SVG, ids=range(len(NO_SVG)))
def test_what_begins_otherwise_is_no_svg_image(data: bytes) -> None:
    assert refusal(data) == "is not a PNG, JPEG, GIF, WebP or SVG image"


# Much of it, in work that is proportional

# Patterns are matched in C, which has no steps: what is for them is so long that what grows faster has no end.
MUCH: dict[str, Callable[[int], bytes]] = {
    "comments": lambda count: b"<!---->" * 125 * count + b"x",
    "references that follow each other": lambda count: drawing(
        '<g id="a0"/>' + "".join(f'<g id="a{n + 1}"><use href="#a{n}"/></g>' for n in range(250 * count))
    ),
    "references from within each other": lambda count: drawing(
        "".join(f'<g id="a{n}">' for n in range(90))
        + '<use href="#b"/>' * 500 * count
        + "</g>" * 90
        + '<g id="b"/>'
        + "".join(f'<use href="#a{n}"/>' for n in range(90))
    ),
    "one path": lambda count: drawing(f'<path d="{"M1 1" * 250_000 * count}"/>'),
    "one sheet": lambda count: drawing(f"<style>{'url(' * 100_000 * count}</style>"),
    "one attribute of backslashes": lambda count: drawing('<rect style="' + "\\" * 50_000 * count + '"/>'),
}


@pytest.mark.parametrize("what", MUCH)
def test_much_of_anything_takes_no_more_than_its_length(what: str) -> None:
    def taken(count: int) -> int:
        data = MUCH[what](count)

        def look() -> None:
            with suppress(NotAnImage):
                inspect(data)

        return steps(look)

    taken(1)  # what is only done once
    assert taken(4) < 2.3 * taken(2)


@given(some.text(alphabet="<>/svgauseonlod=\"'# :xmhrf()url\\@import&;!-[]?", max_size=80))
def test_anything_within_is_shown_or_refused(inside: str) -> None:
    try:
        assert inspect(drawing(inside)).media_type == "image/svg+xml"
    except NotAnImage as refused:
        assert str(refused).startswith("is an SVG image that ")


# In files

SQUARE = inspect(drawing("<rect/>", 'width="30" height="20"'))


@pytest.mark.parametrize("format", registry.names())
def test_every_format_takes_an_svg_image(format: str) -> None:
    document = Document(paragraph(Image("resource:a", "a square")).blocks, resources={"resource:a": SQUARE})
    assert registry.load(format)(document, registry.get(format).options(), Report())


def test_html_shows_an_svg_image() -> None:
    source = Source(b"![a square](a.svg)", "a.md", {"a.svg": SQUARE.data}.get)
    assert f'src="{data_url(SQUARE.data, "image/svg+xml")}" alt="a square"' in export(source, "html").data.decode()


def test_a_report_says_why_an_image_is_not_shown() -> None:
    source = Source(b"![a square](a.svg)", "a.md", {"a.svg": drawing("<script/>")}.get)
    assert (
        export(source, "text").report.items[0].what
        == "The image a.svg is an SVG image that has a script; save it as PNG."
    )
