"""Trunks: patterns, what may be dialled, order and fail-over, caller numbers, and Asterisk's configuration of them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from engine.trunks import callerid, pjsip, policy
from engine.trunks.config import TrunkConfig
from engine.trunks.patterns import fits
from engine.trunks.policy import Refused
from engine.trunks.routes import Trunk, ways


@pytest.mark.parametrize(
    ("pattern", "number", "does"),
    [
        ("139", "13900000000", True), ("139", "13800000000", False), ("139XXXXXXXX", "13900000000", True),
        ("139XXXXXXXX", "139000000001", False), ("+852.", "+85291234567", True), ("+852", "85291234567", False),
        ("0X.", "02088886666", True), (".", "anything", True), ("8XXX", "8001", True), ("*1", "*1", True),
    ],
)  # fmt: skip
def test_patterns(pattern: str, number: str, does: bool) -> None:
    assert fits(pattern, number) is does


@pytest.mark.parametrize("number", ["13800000000", "138 0000 0000", "02088886666", "+8613800000000", "95588", "4008001234"])
def test_what_may_be_dialled(number: str) -> None:
    policy.check(policy.read(number, "CN"), "CN")


@pytest.mark.parametrize(
    ("number", "country", "reason"),
    [
        ("110", "CN", "emergency number"), ("120", "CN", "emergency number"), ("+86110", "CN", "emergency number"),
        ("0110", "CN", "emergency number"), ("112", "DE", "emergency number"), ("911", "US", "emergency number"),
        ("999", "GB", "emergency number"), ("+85291234567", "CN", "foreign number"),
        ("0085291234567", "CN", "foreign number"), ("16812345678", "CN", "not a number of this country"),
        ("09001234567", "DE", "premium number"), ("+4930123456", "CN", "foreign number"),
        ("7001", "CN", "not a number of this country"), ("reception", "CN", "no telephone number"),
        ("", "CN", "no telephone number"), ("1380000;x=1", "CN", "no telephone number"),
        ("13800000000@evil", "CN", "no telephone number"),
    ],
)  # fmt: skip
def test_what_is_never_dialled_unasked(number: str, country: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        policy.check(policy.read(number, country), country)


def test_a_pattern_allows_all_but_emergencies() -> None:
    policy.check(policy.read("+85291234567", "CN"), "CN", ["+852"])
    policy.check(policy.read("7001", "CN"), "CN", ["7XXX"])
    with pytest.raises(Refused, match="emergency"):
        policy.check(policy.read("110", "CN"), "CN", ["."])


def trunk(name: str, position: int = 0, **config: object) -> Trunk:
    return Trunk(
        id=name.encode(), tenant="main", name=name, position=position,
        config=TrunkConfig.model_validate({"host": f"{name}.example", **config}),
    )  # fmt: skip


MOBILE = policy.read("13900000000", "CN")


def names(found: list[Trunk]) -> list[str]:
    return [trunk.name for trunk in found]


def test_order_and_patterns() -> None:
    trunks = [trunk("last", 9), trunk("b"), trunk("a"), trunk("mobile", 1, patterns=["139"]), trunk("no", patterns=["02"])]
    assert names(ways(trunks, MOBILE, country="CN")) == ["a", "b", "mobile", "last"]
    assert names(ways(trunks, MOBILE, country="CN", tried=["a", "mobile"])) == ["b", "last"]
    assert names(ways(trunks, MOBILE, country="CN", wanted="last")) == ["last"]


def test_reasons_for_no_way() -> None:
    abroad = policy.read("+85291234567", "CN")
    for trunks, number, options, reason in (
        ([trunk("a")], MOBILE, {"wanted": "b"}, "there is no trunk 'b'"), ([], MOBILE, {}, "there is no trunk"),
        ([trunk("a", patterns=["02"])], MOBILE, {}, "no trunk takes this number"),
        ([trunk("a")], abroad, {}, "foreign number"), ([trunk("a")], MOBILE, {"tried": ["a"]}, "no other trunk"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=reason):
            ways(trunks, number, country="CN", **options)  # type: ignore[arg-type]
    assert names(ways([trunk("a"), trunk("hk", allow=["+852"])], abroad, country="CN")) == ["hk"]


def test_how_a_number_is_dialled() -> None:
    assert trunk("a").dial(MOBILE) == "PJSIP/13900000000@main-a"
    assert trunk("a", number="0{national}").dial(MOBILE) == "PJSIP/013900000000@main-a"
    assert trunk("a", number="{e164}").dial(MOBILE) == "PJSIP/+8613900000000@main-a"
    own = Trunk(id=b"", tenant="main", name="a", config=TrunkConfig(endpoint="telco"))
    assert own.dial(MOBILE) == "PJSIP/13900000000@telco"


def test_the_callee_sees_the_number_of_his_town() -> None:
    pool = [policy.read(number, "CN") for number in ("+861088886666", "02088886666", "+8675588886666")]
    assert callerid.choose(pool, policy.read("02081234567", "CN")) == "02088886666"
    assert callerid.choose(pool, policy.read("13802880000", "CN")) == "02088886666", "a mobile of Guangzhou"
    assert callerid.choose(pool, policy.read("01081234567", "CN")) == "+861088886666"
    assert callerid.choose(pool, policy.read("076088123456", "CN")) != "+861088886666", "another town of the province"
    assert callerid.choose(pool, policy.read("02112345678", "CN")) == "+861088886666"
    assert callerid.choose([], MOBILE) == ""


def test_asterisks_configuration() -> None:
    secure = trunk(
        "telco", transport="tls", srtp=True, username="clinic", register=True, from_domain="sip.telco.example",
        from_networks=["192.0.2.0/24"], t38=True,
    )  # fmt: skip
    text = pjsip.written([secure, trunk("here", host="127.0.0.1")], {b"telco": "a;b\\c"}, port=5062)
    assert "[callweave-tls]\ntype = transport\nprotocol = tls\nbind = 0.0.0.0:5063" in text
    assert "password = a\\;b\\\\c" in text
    assert "contact = sip:telco.example:5060\\;transport=tls" in text
    assert "media_encryption = sdes" in text and "t38_udptl = yes" in text
    assert "match = 192.0.2.0/24" in text and "client_uri = sip:clinic@sip.telco.example:5060" in text
    assert text.count("type = transport") == 1, "the one on this machine uses that of the trunk `local`"
    assert pjsip.written([], {}, port=5062) == pjsip.HEAD
    assert "ca_list_file" not in text
    trusting = pjsip.written([secure], {}, port=5062, ca="/etc/own.pem")
    assert "verify_server = yes\nca_list_file = /etc/own.pem" in trusting


def test_this_machine_is_never_taken_for_a_provider() -> None:
    text = pjsip.written([trunk("here", host="127.0.0.1", transport="tls")], {}, port=5062)
    assert "type = identify" not in text, "its calls come by the trunk `local`"


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({}, "either a host or an endpoint"), ({"host": "a", "endpoint": "b"}, "either a host or an endpoint"),
        ({"host": "a", "register": True}, "user name"), ({"host": "a", "srtp": True}, "SRTP needs TLS"),
        ({"host": "a\nb"}, "pattern"), ({"host": "a", "username": "x;y"}, "pattern"),
        ({"host": "a", "number": "{contact}"}, "pattern"), ({"host": "a", "patterns": ["13a"]}, "pattern"),
        ({"host": "a", "codecs": []}, "at least 1"), ({"host": "a", "number": "Local/{number}"}, "pattern"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_trunk(config: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        TrunkConfig.model_validate(config)


@pytest.mark.parametrize(
    "written", ["02088886666", "+862088886666", "862088886666", "00862088886666", "2088886666", "020 8888-6666"]
)
def test_a_number_in_each_spelling_is_the_same_number(written: str) -> None:
    ways = policy.spellings(written, "CN")
    assert ways[0] == written
    assert {"02088886666", "+862088886666", "862088886666", "00862088886666", "2088886666"} <= set(ways)


def test_spellings_of_what_is_at_home_elsewhere_or_nowhere() -> None:
    assert policy.spellings("7001", "CN") == ["7001"], "an internal number is written in one way"
    assert policy.spellings("reception", "CN") == ["reception"]
    assert "0301234567" not in policy.spellings("+49301234567", "CN"), "that would be a number of this country"
    assert set(policy.spellings("+4930123456", "CN")) == {"+4930123456", "4930123456", "004930123456"}
    assert "202-555-0123".replace("-", "") in policy.spellings("+12025550123", "US")
