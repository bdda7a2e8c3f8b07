"""Templates: what they may say, what they refuse, and what a value cannot become."""

import pytest

from employer_app.domain.merge import (
    FIELDS,
    HOLES,
    MAX_SOURCE,
    SAMPLES,
    TOKENS,
    TemplateProblem,
    clean,
    compile_text,
    holes,
    present,
    samples,
)
from tests.domain.letters import LANGUAGES


def test_fields_have_help_and_a_sample_that_is_kept_as_it_is() -> None:
    for field in FIELDS.values():
        assert field.help
        assert clean(field.sample) == field.sample
    assert len(set(TOKENS.values()) | set(HOLES.values())) == 2 * len(FIELDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_samples_of_a_language_are_there_for_every_field_and_kept_as_they_are(language: str) -> None:
    assert samples(language).keys() == FIELDS.keys()
    for value in samples(language).values():
        assert clean(value) == value


def test_samples_of_a_language_that_has_none_are_english() -> None:
    assert samples("tlh") == samples() == SAMPLES


@pytest.mark.parametrize(
    "source",
    [
        "{{config}}",
        "{{''.__class__}}",
        "{% for x in company %}{{ x }}{% endfor %}",
        "{{company|attr('format')}}",
        "{{ company | upcase }}",
        "{{ company.__class__ }}",
        "{{ company[0] }}",
        "{{ 'text' }}",
        "{{ 7 }}",
        "{% include 'shell' %}",
        "{% render 'shell' %}",
        "{% assign company = 'x' %}",
        "{% capture company %}x{% endcapture %}",
        "{% liquid\n echo company %}",
        "{% raw %}{{ company }}{% endraw %}",
        "{% comment %}hidden{% endcomment %}",
        "{% cycle 'a', 'b' %}",
        "{% if company == 'x' %}{% endif %}",
        "{% if company contains 'x' %}{% endif %}",
        "{% if true %}{% endif %}",
        "{% case company %}{% when 'x' %}{% endcase %}",
        "{{ notes }}",
        "{{ thread }}",
        "\ue000",
    ],
)
def test_compile_refuses_all_but_fields_and_presence(source: str) -> None:
    # attack 31, attack 41
    with pytest.raises(TemplateProblem):
        compile_text(source)


@pytest.mark.parametrize("source", ["%(x)s", "{0.__class__}", "${7*7}", "{# x #}", "<%= 1 %>"])
def test_compile_leaves_the_signs_of_other_languages_as_text(source: str) -> None:
    # attack 31
    assert compile_text(source).shape(frozenset()) == source


@pytest.mark.parametrize("value", ["{{ company }}", "{% if company %}x{% endif %}", "\ue000", "{{7*7}}"])
def test_values_are_never_read_as_a_template(value: str) -> None:
    # attack 31: only the shape passes through the engine; a value is not in it.
    template = compile_text("Hello {{ greeting_name }}")
    assert template.shape(frozenset({"greeting_name"})) == "Hello " + TOKENS["greeting_name"]
    assert present({"greeting_name": "x" + value})["greeting_name"] == "x" + value.replace("\ue000", "")


def test_problem_names_place_and_nearest_field() -> None:
    with pytest.raises(TemplateProblem) as caught:
        compile_text("Hello {{ greeting_name }},\n\nyour {{ role_tittle }}")
    assert (caught.value.line, caught.value.column) == (3, 9)
    assert caught.value.message == "There is no field “role_tittle”. Did you mean “role_title”?"


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("a\n{% if company %}b", (2, 1)),
        ("a {% endif %}", (1, 6)),
        ("{% if %}a{% endif %}", (1, 4)),
        ("a\n\n{{ company", (3, 1)),
        ("x" * (MAX_SOURCE + 1), (1, 1)),
    ],
)
def test_problem_is_plain_words_with_a_place(source: str, place: tuple[int, int]) -> None:
    with pytest.raises(TemplateProblem) as caught:
        compile_text(source)
    assert (caught.value.line, caught.value.column) == place
    for code_word in ("token", "expected", "syntax", "unexpected", "EOF", "Liquid"):
        assert code_word not in str(caught.value)


def test_fields_required_and_optional() -> None:
    template = compile_text(
        "{{ greeting_name }} {% if interviewers %}{{ interviewers }}{% else %}{{ company }}{% endif %}"
        "{% if place and interview_date %}{{ place }} {{ interview_date }}{% endif %}"
        "{% unless contact_name %}us{% endunless %}"
    )
    assert template.fields == (
        "greeting_name",
        "interviewers",
        "company",
        "place",
        "interview_date",
        "contact_name",
    )
    assert template.required == {"greeting_name", "company"}
    assert template.optional == {"interviewers", "place", "interview_date", "contact_name"}


def test_field_guarded_only_by_or_is_required() -> None:
    template = compile_text("{% if place or company %}{{ place }}{% endif %}")
    assert template.required == {"place"}


def test_missing_names_exactly_what_would_be_printed() -> None:
    template = compile_text("{{ greeting_name }}{% if place %} {{ company }}{% endif %}{{ role_title }}")
    assert template.missing({}) == ("greeting_name", "role_title")
    assert template.missing({"place": "Rotterdam", "role_title": "Cook"}) == ("greeting_name", "company")
    assert template.missing(SAMPLES) == ()


def test_a_value_keeps_its_letters_and_its_one_blank() -> None:
    for name in ("山田\u3000太郎", "Jean\u00a0Paul", "Mu\u0308ller", "\ufa19谷"):
        assert clean(name) == name


@pytest.mark.parametrize("blank", [None, "", " ", "\u00a0", "\u200b", "\n\t", "\u202e", "\ufeff\u2060"])
def test_missing_counts_what_cannot_be_seen_as_absent(blank: str | None) -> None:
    # attack 40: a blank in a greeting is a hole, whatever character makes it.
    assert compile_text("{{ greeting_name }}").missing({"greeting_name": blank}) == ("greeting_name",)


def test_shape_closes_the_gap_of_a_removed_sentence() -> None:
    template = compile_text(
        "One. {% if place %}Two {{ place }}. {% endif %}Three.\n\n{% if company %}Four.{% endif %}\n\nFive."
    )
    assert template.shape(frozenset()) == "One. Three.\n\nFive."
    assert template.shape(frozenset({"place"})) == f"One. Two {TOKENS['place']}. Three.\n\nFive."


def test_shape_marks_a_lacking_value() -> None:
    shape = compile_text("{{ company }} {{ place }} {{ company }}").shape(frozenset({"place"}))
    assert shape == f"{HOLES['company']} {TOKENS['place']} {HOLES['company']}"
    assert holes(shape) == ("company",)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("A\r\nBcc: v@x.example", "A Bcc: v@x.example"),
        ("a\x00b\x0bc\x0cd\x85e\u2028f", "ab c d e f"),
        ("ab\u202ecd\u2066", "abcd"),
        ("  Ångström  Åse ", "Ångström Åse"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_clean_makes_one_harmless_line(given: str, kept: str) -> None:
    # attack 32
    assert clean(given) == kept


def test_present_takes_text_only() -> None:
    with pytest.raises(TypeError, match="applied_on is int"):
        present({"applied_on": 3})  # type: ignore[dict-item]


def test_compile_is_done_once_per_source() -> None:
    assert compile_text("Hello {{ company }}") is compile_text("Hello {{ company }}")
