"""Messages and digests of the scripted phone, against the examples of the standards."""

import pytest
from callcenter.qa import sip

pytestmark = pytest.mark.pure

INVITE = (
    b"INVITE sip:1001@10.0.0.9:5062 SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1\r\n"
    b"f: <sip:13800138000@10.0.0.1>;tag=a\r\nTo: <sip:1001@10.0.0.1>\r\n"
    b"Call-ID: x1\r\nCSeq: 7 INVITE\r\nm: <sip:10.0.0.1:5060>\r\n"
    b"Content-Length: 45\r\n\r\n"
    b"v=0\r\nc=IN IP4 10.0.0.1\r\nm=audio 30000 RTP/AVP 8"
)


def test_a_request_is_read_with_compact_headers_and_its_sdp() -> None:
    invite = sip.parse(INVITE)
    assert (invite.method, invite.status, invite.call_id) == ("INVITE", 0, "x1")
    assert sip.uri(invite.header("From")) == "sip:13800138000@10.0.0.1"
    assert sip.uri(invite.header("Contact")) == "sip:10.0.0.1:5060"
    assert sip.audio_address(invite.body) == ("10.0.0.1", 30000)


@pytest.mark.parametrize("events", [96, 101, None])
def test_the_type_of_telephone_events_is_read_where_it_was_written(events: int | None) -> None:
    body = sip.sdp("10.0.0.1", 30000, events)
    assert sip.events_type(body) == events
    assert sip.audio_address(body) == ("10.0.0.1", 30000)
    assert f"RTP/AVP 8 {events}\r\n" in body or (events is None and "RTP/AVP 8\r\n" in body)


def test_telephone_events_at_another_rate_are_not_those_of_our_audio() -> None:
    assert sip.events_type("a=rtpmap:102 telephone-event/48000\r\n") is None


def test_an_answer_keeps_the_route_and_gets_our_tag() -> None:
    answer = sip.parse(bytes(sip.response(sip.parse(INVITE), 486, "Busy Here", "me")))
    assert answer.status == 486
    assert answer.header("To") == "<sip:1001@10.0.0.1>;tag=me"
    assert answer.header("Via") == "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1"
    assert answer.header("CSeq") == "7 INVITE"


@pytest.mark.parametrize(
    "data", [b"", b"\r\n\r\n", b"hello", b"INVITE x SIP/2.0\r\nnonsense\r\n\r\n"]
)
def test_what_is_not_sip_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not"):
        sip.parse(data)


def test_digest_without_qop_is_that_of_rfc_2069s_corrected_example() -> None:
    """RFC 2069 section 2.4 with its erratum."""
    challenge = (
        'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
        'opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    answer = sip.digest(challenge, "GET", "/dir/index.html", "Mufasa", "CircleOfLife")
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in answer


def test_digest_with_qop_is_counted_and_quoted_as_the_standard_wants() -> None:
    answer = sip.digest('Digest realm="a", nonce="n", qop="auth"', "REGISTER", "sip:h", "u", "p")
    assert "qop=auth, nc=00000001, cnonce=" in answer
    assert 'uri="sip:h"' in answer
