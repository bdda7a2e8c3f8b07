import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain.address import Address, BadAddress, UnsendableAddress, check_address, loose_key
from employer_app.smtp.mime import Unbuildable, sendable


@pytest.mark.parametrize(
    "text",
    [  # attack 33
        "a@x, b@y",
        "a@x.example, b@y.example",
        "a@x.example;b@y.example",
        "a@x.example b@y.example",
        "a@x.example/b@y.example",
        '"a"@x.example <b@y.example>',
        "<a@x.example>",
        "Anna <a@x.example>",
        "a@x.example(comment)",
        "a@x.example\nb@y.example",
        "a@x.example\r\nBcc: b@y.example",
        "a b@x.example",
        "@x.example",
        "a@",
        "a@[127.0.0.1]",
        "a@localhost",
        "a" * 310 + "@x.example",
        "-oQ@x",
        "a@x%0a",
        '"quoted local"@x.example',
        "a@b@x.example",
        "a@x..example",
        "a..b@x.example",
        "a@x.example.",
        "mailto:a@x.example",
        "a\u200bb@x.example",
        "a\u202eb@x.example",
        "a\0@x.example",
        "\ud800@x.example",
        "a@ex\u0430mple.example",  # a Cyrillic letter among Latin ones
        "",
        " \u00a0",
        "anna",
    ],
)
def test_what_is_not_exactly_one_address_is_refused_in_words(text):
    with pytest.raises(BadAddress) as refused:
        check_address(text)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("text", ["jürgen@x.example", "用户@x.example", "пётр@x.example"])
def test_an_address_the_mail_server_cannot_take_is_told_apart_from_a_wrong_one(text):
    with pytest.raises(UnsendableAddress, match="mail server cannot take"):
        check_address(text)


@pytest.mark.parametrize("local", ["-anna", "-oQ", "a" * 65, "=?utf-8?q?anna?=", "x=?a?B?YQ?=y"])
def test_what_no_mail_can_be_built_for_is_found_before_it_is_queued(local):
    text = f"{local}@x.example"
    with pytest.raises(Unbuildable):
        sendable(text)
    with pytest.raises(UnsendableAddress, match="before the @"):
        check_address(text)


@pytest.mark.parametrize("local", ["a=?b", "a-", "!#$%&'*+-/=?^_`{}|~"])
def test_a_rare_sign_before_the_at_goes_out(local):
    assert sendable(check_address(f"{local}@x.example").mailbox) == f"{local}@x.example"


def test_blanks_around_an_address_do_not_matter():
    for text in ["a@x.example\n", "\ta@x.example ", "\u00a0a@x.example\u200b", "\ufeffa@x.example"]:
        assert check_address(text) == Address("a@x.example", "a@x.example", "a@x.example")


def test_an_address_keeps_its_spelling_and_matches_without_case():
    assert check_address("Anna.M+jobs@Mail.Example") == Address(
        given="Anna.M+jobs@Mail.Example", mailbox="Anna.M+jobs@mail.example", key="anna.m+jobs@mail.example"
    )


def test_an_international_domain_goes_out_and_matches_in_ascii():
    # attack 52: composed, decomposed and punycode are one address
    keys = {
        check_address(text).key
        for text in ("a@m\u00fcnchen.example", "a@mu\u0308nchen.example", "A@xn--mnchen-3ya.example")
    }
    assert keys == {"a@xn--mnchen-3ya.example"}
    assert check_address("a@m\u00fcnchen.example").given == "a@m\u00fcnchen.example"


def test_dots_and_tags_are_other_addresses_but_look_alike():
    # attack 52
    plain, dotted = check_address("annam@x.example"), check_address("anna.m+job@x.example")
    assert plain.key != dotted.key
    assert loose_key(plain) == loose_key(dotted)


@given(
    st.from_regex(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,70}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9.-]{1,12}\.(example|com)", fullmatch=True),
)
def test_the_quick_way_agrees_with_the_whole_check(local, domain):
    text = f"{local}@{domain}"
    try:
        expected = sendable(validate_email(text, check_deliverability=False).ascii_email)
    except ValueError:
        with pytest.raises(BadAddress):
            check_address(text)
    else:
        assert check_address(text).key == expected.casefold()


@given(st.text(max_size=80))
def test_any_text_is_one_address_or_refused(text):
    try:
        address = check_address(text)
    except BadAddress:
        return
    assert address.mailbox.count("@") == 1
    assert address.mailbox.isascii()
    assert address.mailbox.isprintable()
    assert " " not in address.mailbox
