"""XML as maps have it: what programs write that is no XML is mended, and what is made to break something is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outlines import outline

from exporters import Source, readers
from exporters.document import Document
from exporters.errors import SourceTooLarge, UnreadableSource
from exporters.readers.maps import xml_elements
from exporters.readers.maps.xml_elements import Element
from exporters.report import Report


def read(text: str | bytes, report: Report | None = None, name: str = "a.mm") -> Document:
    def companions(path: str) -> bytes:
        raise AssertionError(f"{path} was asked for")

    data = text if isinstance(text, bytes) else text.encode()
    return readers.read(Source(data, name, companions), report or Report())


def headings(text: str | bytes, report: Report | None = None) -> str:
    return outline(read(text, report))


# Encodings

ENCODED: dict[bytes, str] = {
    '<map><node TEXT="é"/></map>'.encode(): "# é",
    '\ufeff<map><node TEXT="é"/></map>'.encode(): "# é",
    '<map><node TEXT="é"/></map>'.encode("utf-16"): "# é",
    '<?xml version="1.0" encoding="UTF-16"?><map><node TEXT="é"/></map>'.encode("utf-16"): "# é",
    '<?xml version="1.0" encoding="ISO-8859-1"?><map><node TEXT="é"/></map>'.encode("latin-1"): "# é",
    "<?xml version='1.0' encoding='windows-1251'?><map><node TEXT='я'/></map>".encode("cp1251"): "# я",
    '<?xml version="1.0" encoding="Shift_JIS"?><map><node TEXT="日本"/></map>'.encode("shift_jis"): "# 日本",
    '<?xml version="1.0" encoding="ISO-8859-1"?><map><node TEXT="é"/></map>'.encode(): "# é",
    '<?xml version="1.0" encoding="nonsense"?><map><node TEXT="é"/></map>'.encode(): "# é",
    '<?xml version="1.0" encoding="UTF-16"?><map><node TEXT="é"/></map>'.encode(): "# é",
}


@pytest.mark.parametrize("data", ENCODED)
def test_encodings_right_or_wrong_or_not_declared(data: bytes) -> None:
    report = Report()
    assert headings(data, report) == ENCODED[data]
    assert report.items == ()


@pytest.mark.parametrize("encoding", ["", ' encoding="UTF-8"', ' encoding="punycode"', ' encoding="shift_jis"'])
def test_bytes_that_are_not_what_they_say_are_replaced_and_reported(encoding: str) -> None:
    report = Report()
    data = f'<?xml version="1.0"{encoding}?><map><node TEXT="a'.encode() + b'\xff\xfe"/></map>'
    assert headings(data, report) == "# a\ufffd\ufffd"
    assert [(item.code, item.severity) for item in report.items] == [("encoding", "lost")]


# What is no XML, and what can be done about it

MENDED = {
    '<node TEXT="Odds & Ends"/>': "# Odds & Ends",
    '<node TEXT="a &b; &copy; &nbsp;c &amp; &#38; &lt;"/>': "# a &b; © \xa0c & & <",
    '<node TEXT="a&#0;b&#x1f;c&#xD800;d&#99999999;"/>': "# abcd",
    '<node TEXT="a\x01b\uffff"/>': "# ab",
    '<node TEXT="a &LT; &amp"/>': "# a < &amp",
    '<node TEXT="A & B"><richcontent TYPE="NOTE"><text><![CDATA[c & &d;]]></text></richcontent></node>': (
        "# A & B\nc & &d;"
    ),
}


@pytest.mark.parametrize("text", MENDED)
def test_signs_that_xml_cannot_hold_are_mended_and_noted(text: str) -> None:
    report = Report()
    assert headings(f'<map version="1.0.1">{text}</map>', report) == MENDED[text]
    assert [(item.code, item.severity, item.count) for item in report.items] == [("syntax", "note", 1)]


@pytest.mark.parametrize("before", ["\n ", "\n<?xml version='1.0'?>", "<?xml version='1.1'?>"])
def test_a_declaration_that_is_wrong_or_in_the_wrong_place_is_no_hindrance(before: str) -> None:
    assert headings(f'{before}<map><node TEXT="a"/></map>') == "# a"


BROKEN = {
    "<map><node TEXT='a'></map>": "mismatched tag in line 1",
    "<map>\n<node TEXT='a'\n</map>": "not well-formed .* in line 3",
    "<map>\n": "no element found in line 2",
    "map": "syntax error in line 1",
    "<map/><map/>": "junk after document element in line 1",
    "<map><node TEXT='a' TEXT='b'/></map>": "duplicate attribute in line 1",
    "<!DOCTYPE opml\n SYSTEM 'x'>\n<map>\n</node></map>": "mismatched tag in line 4",
    "<map>\n<a:node xmlns:a='' b=/></map>": "not well-formed .* in line 2",
}


@pytest.mark.parametrize("text", BROKEN)
def test_what_cannot_be_mended_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(UnreadableSource, match=f"is not well-formed XML: {BROKEN[text]}"):
        read(text)


@pytest.mark.parametrize("data", [b"", b"  \n", b"PK\x03\x04", b"%PDF-1.4", b"<map>\0</map>"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableSource):
        read(data)


# Entities, and what else is not for a map to say

RULES = {
    "an entity": '<!DOCTYPE map [<!ENTITY a "b">]><map><node TEXT="&a;"/></map>',
    "a billion laughs": "<!DOCTYPE map [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{i + 1} '{f'&a{i};' * 10}'>" for i in range(12))
    + "]><map><node TEXT='&a12;'/></map>",
    "quadratic blowup": f"<!DOCTYPE map [<!ENTITY a '{'b' * 100_000}'>]><map>{'&a;' * 100_000}</map>",
    "a file": '<!DOCTYPE map [<!ENTITY a SYSTEM "file:///etc/passwd">]><map><node TEXT="&a;"/>&a;</map>',
    "an address": '<!DOCTYPE map [<!ENTITY a SYSTEM "http://a.b/c">]><map>&a;</map>',
    "a parameter": '<!DOCTYPE map [<!ENTITY % a SYSTEM "http://a.b/c.dtd">%a;]><map/>',
    "a default": f'<!DOCTYPE map [<!ATTLIST node TEXT CDATA "{"a" * 100_000}">]><map>{"<node/>" * 9_999}</map>',
    "a public id": '<!DOCTYPE map PUBLIC "a" "b" [<!ELEMENT map ANY>]><map/>',
    "after a comment": '<!-- <!DOCTYPE map> --><!DOCTYPE map [<!ENTITY a "b">]><map/>',
}


@pytest.mark.parametrize("what", RULES)
def test_a_source_with_rules_of_its_own_is_refused(what: str) -> None:
    with pytest.raises(UnreadableSource, match="declares entities, or other rules of its own, in its <!DOCTYPE>"):
        read(RULES[what])


NAMED = ['SYSTEM "http://a.b/opml.dtd"', 'PUBLIC "-//A//B" "file:///etc/passwd"', ""]


@pytest.mark.parametrize("where", NAMED)
def test_rules_elsewhere_are_never_asked_for(where: str) -> None:
    head = f'<?xml version="1.0"?>\n<!-- a --><!DOCTYPE map {where}>\n'
    assert headings(f'{head}<map><node TEXT="a"/></map>') == "# a"
    assert headings(f'{head}<map><node TEXT="a&nbsp;b&gone;"/></map>') == "# a\xa0b&gone;", "nor are entities dropped"


def test_what_is_to_be_included_or_processed_is_neither() -> None:
    text = """<?xml version="1.0"?><?xml-stylesheet href="http://a.b/c.xsl"?>
    <map xmlns:xi="http://www.w3.org/2001/XInclude"><?php system("ls") ?>
    <node TEXT="a"><xi:include href="file:///etc/passwd" parse="text"/><?run x?></node></map>"""
    assert headings(text) == "# a"


# Size

TOO_LARGE = {
    "an attribute of 10 MB": ('<map><node TEXT="' + "a" * 10_000_000 + '"/></map>', "more than 8 MB of text"),
    "a million attributes": ("<map " + " ".join(f'a{i}=""' for i in range(700_000)) + "/>", "4000 attributes"),
    "more bytes of them": ("<map " + " ".join(f'a{i}=""' for i in range(1_000_000)) + "/>", "more than 8 MB"),
    "elements": ("<map>" + "<node/>" * 500_000 + "</map>", "more than 400000 elements"),
    "open elements": ("<a>" * 500_000, "more than 400000 elements"),
    "spaced attributes": ("<map " + " ".join(f"a{i}  =\n ''" for i in range(9_000)) + "/>", "4000 attributes"),
}


@pytest.mark.parametrize("what", TOO_LARGE)
def test_what_would_take_too_much_is_refused(what: str) -> None:
    text, says = TOO_LARGE[what]
    with pytest.raises(SourceTooLarge, match=says):
        read(text)


BEARABLE = {
    "a deep tree": "<map>" + "<node TEXT='a'>" * 90_000 + "</node>" * 90_000 + "</map>",
    "a deep tree of anything": "<map><node TEXT='a'/>" + "<a>" * 100_000 + "</a>" * 100_000 + "</map>",
    "a long attribute": '<map><node TEXT="' + "a" * 7_900_000 + '"/></map>',
    "a long text": "<map>" + "a = 'b' " * 900_000 + '<node TEXT="a"/></map>',
    "comments": "<!---->" * 1_000 + "<map>" + "<!-- a -->" * 100_000 + '<node TEXT="a"/></map>',
    "instructions": "<?a?>" * 1_000 + "<map>" + "<?a b?>" * 100_000 + '<node TEXT="a"/></map>',
    "ampersands": '<map><node TEXT="' + "& " * 500_000 + '"/></map>',
    "sections never closed": '<map><node TEXT="a & b"/><!--' + "<![CDATA[" * 300_000 + "--></map>",
    "references": '<map><node TEXT="&' + "&#38;" * 300_000 + '"/></map>',
}


@pytest.mark.parametrize("what", BEARABLE)
def test_much_of_anything_is_read_in_time_that_is_proportional(what: str) -> None:
    document = read(BEARABLE[what])
    assert document.map is not None
    assert document.map.topics


NOT_FAST = {
    "comments never closed": "<!--" * 500_000,
    "comments before nothing": "<!---->" * 500_000,
    "instructions never closed": "<?xml" * 500_000,
    "doctypes": "<!DOCTYPE" * 300_000,
    "less-than signs": "<" * 2_000_000,
}


@pytest.mark.parametrize("what", NOT_FAST)
def test_what_is_no_xml_is_refused_in_time_that_is_proportional(what: str) -> None:
    with pytest.raises(UnreadableSource):
        read(NOT_FAST[what])


PIECES = ["<map>", "</map>", "<node ", "TEXT='", "'/>", "&", ";", "amp", "#x", "0", "<![CDATA[", "]]>", "<!--", "-->",
          "<!DOCTYPE ", "<?xml ", "?>", "encoding='latin-1'", "\x00", "\x01", "é", "\uffff", '"', "a", " "]  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.sampled_from(["utf-8", "utf-16", "latin-1"]))
def test_any_text_is_a_document_or_one_clear_sentence(text: str, encoding: str) -> None:
    try:
        read(text.encode(encoding, "replace"))
    except UnreadableSource as error:
        assert str(error).endswith(".")


# Elements


def test_an_element_is_written_as_html() -> None:
    inner = Element("b", {"class": 'a"b<'})
    inner.children = ["c & <d>", Element("br", {}), Element("i", {}), "é"]
    outer = Element("p", {})
    outer.children = ["x ", inner, " y"]
    assert outer.html() == 'x <b class="a&quot;b&lt;">c &amp; &lt;d&gt;<br><i></i>é</b> y'
    assert outer.text() == "x c & <d>é y"


def test_an_element_may_be_deep() -> None:
    deep = Element("a", {})
    for _ in range(100_000):
        deep, inner = Element("a", {}), deep
        deep.children = ["b", inner]
    assert deep.html() == "b<a>" * 100_000 + "</a>" * 100_000
    assert deep.text() == "b" * 100_000


def test_limits_are_what_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_elements, "MAX_ELEMENTS", 3)
    assert headings("<map><node TEXT='a'/><a/></map>") == "# a"
    with pytest.raises(SourceTooLarge, match="more than 3 elements"):
        read("<map><node/><a/><a/></map>")
