import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain.person_name import (
    NameFault,
    clean_name,
    compatible_names,
    greeting_name,
    join_name,
    name_problem,
    search_key,
)


def fault(name, address=None):
    problem = name_problem(name, address)
    return problem and problem.fault


@pytest.mark.parametrize(
    ("name", "expected"),
    [  # attack 40, promise P7
        ("", NameFault.EMPTY),
        ("\u00a0", NameFault.EMPTY),
        ("\u200b", NameFault.EMPTY),
        ("\u202e", NameFault.EMPTY),
        ("\u3164", NameFault.EMPTY),
        ("None", NameFault.PLACEHOLDER),
        ("nan", NameFault.PLACEHOLDER),
        ("N/A", NameFault.PLACEHOLDER),
        ("null", NameFault.PLACEHOLDER),
        ("test", NameFault.PLACEHOLDER),
        ("Test Test", NameFault.PLACEHOLDER),
        ("Dear", NameFault.PLACEHOLDER),
        ("#REF!", NameFault.PLACEHOLDER),
        ("None None", NameFault.PLACEHOLDER),
        ("Anna nan", NameFault.PLACEHOLDER),
        ("-", NameFault.NO_LETTER),
        (".", NameFault.NO_LETTER),
        ("12345", NameFault.NO_LETTER),
        ("anna@x.example", NameFault.ADDRESS),
        ("Ann\u202ea Weiss", NameFault.INVISIBLE),
        ("Anna\u200bWeiss", NameFault.INVISIBLE),
        ("A\r\nBcc: v@x", NameFault.INVISIBLE),  # attack 32
        ("A\x0bB", NameFault.INVISIBLE),
        ("A\u2028B", NameFault.INVISIBLE),
        ("A\x85B", NameFault.INVISIBLE),
        ("=?utf-8?q?=0d=0a?=", NameFault.MARKUP),
        ("[win](http://bad.example)", NameFault.MARKUP),  # attack 34
        ("<b>Anna</b>", NameFault.MARKUP),
        ("www.bad.example", NameFault.MARKUP),
        ("Anna bad.com", NameFault.MARKUP),
        ("{{config}}", NameFault.MARKUP),
        ("Müller (nicht einladen!)", NameFault.REMARK),
        ("Anna Weiss (no show)", NameFault.REMARK),
        ("Anna Weiss - REJECTED", NameFault.REMARK),
        ("Anna DO NOT HIRE Weiss", NameFault.REMARK),
        ("MÃ¼ller", NameFault.GARBLED),  # attack 49
        ("M\ufffdller", NameFault.GARBLED),
        ("M?ller", NameFault.GARBLED),
        ("Èâàí Ïåòðîâ", NameFault.GARBLED),
        ("Z\u0338\u0321\u0322\u031b\u0317\u0340algo", NameFault.GARBLED),
        ("A" * 201, NameFault.TOO_LONG),
    ],
)
def test_a_name_that_must_not_stand_in_a_greeting_blocks(name, expected):
    problem = name_problem(name)
    assert problem is not None
    assert (problem.fault, problem.blocks) == (expected, True)
    assert problem.message.endswith(".")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ANNA MÜLLER", NameFault.CAPITALS),
        ("Robert (Bob) Smith", NameFault.BRACKETS),
        ("Ann\u0430 Weiss", NameFault.LOOKALIKE),  # a Cyrillic letter in a Latin word
    ],
)
def test_an_odd_name_only_warns(name, expected):
    problem = name_problem(name)
    assert problem is not None
    assert (problem.fault, problem.blocks) == (expected, False)


@pytest.mark.parametrize(
    "name",
    [
        "Sukarno",
        "Nguyễn Văn An",
        "李小龍",
        "박성민",
        "محمد بن سلمان",
        "علی\u200cرضا",  # a joiner belongs to the spelling
        "O’Brien",
        "J.R.R. Tolkien",
        "St. John Smith",
        "María-José Carreño Quiñones",
        "Björk Guðmundsdóttir",
        "Jennifer Null",
        "Nan Goldin",
        "Al Dear-Test",
        "Xi Jo",
        "Łukasz Żółć",
        "Иван Петров",
        "Ng",
        "葛\U000e0100城",
    ],
)
def test_a_real_name_passes(name):
    assert name_problem(name) is None


def test_the_same_persons_address_in_place_of_the_name_is_found():
    assert fault("anna.weiss", "Anna.Weiss@x.example") is NameFault.ADDRESS
    assert fault("Anna", "anna@x.example") is None


def test_cleaning_keeps_what_a_person_wrote():
    assert clean_name("\u00a0 Anna\u00a0 \tMaria\u3000Weiss\u200b\n") == "Anna Maria\u3000Weiss"
    assert clean_name("山田\u3000太郎") == "山田\u3000太郎"
    assert clean_name("A\r\nB") == "A\r\nB"


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once(text):
    assert clean_name(clean_name(text)) == clean_name(text)


@pytest.mark.parametrize(
    "name",
    [
        "Mu\u0308ller",  # as a Mac writes it
        "M\u00fcller",
        "\ufa19\u8c37 \ufa1b\u5b50",  # forms of Han letters that NFC would take for plain ones
        "Nguye\u0302\u0303n",
        "\u1112\u1161\u11ab",  # Hangul in its parts
        "\u05e9\u05b8\u05c1\u05e8\u05b8\u05d4",  # points in the order of the writer
        "\u212bke",
    ],
)
def test_no_letter_becomes_another_form_of_it(name):
    assert clean_name(name) == name
    assert name_problem(name) is None


@given(st.text(alphabet=st.characters(categories=["L", "M"]), min_size=1, max_size=20))
def test_letters_come_out_as_they_went_in(text):
    if not set(text) & set("\u115f\u1160\u3164\uffa0"):  # letters that show nothing
        assert clean_name(text) == text


@given(st.text(alphabet=st.characters(categories=["L", "M", "Zs"]), min_size=1, max_size=20))
def test_a_name_is_judged_alike_in_every_form(text):
    assert fault(unicodedata.normalize("NFD", text)) is fault(unicodedata.normalize("NFC", text))


def test_a_blank_of_another_kind_hides_no_remark():
    assert fault("Anna Weiss\u00a0do\u00a0not\u00a0hire") is NameFault.REMARK
    assert fault("Test\u3000Test") is NameFault.PLACEHOLDER


@given(st.text(max_size=250))
def test_any_text_gets_a_verdict(text):
    problem = name_problem(text, "a@x.example")
    assert problem is None or problem.message


def test_a_greeting_never_cuts_a_name():
    assert greeting_name("Nguyễn Văn An", None) == "Nguyễn Văn An"
    assert greeting_name("Nguyễn Văn An", " ") == "Nguyễn Văn An"
    assert greeting_name("Nguyễn Văn An", "An") == "An"


def test_two_columns_join_in_the_order_of_their_script():
    assert join_name(" Anna ", "Weiss") == "Anna Weiss"
    assert join_name("Sukarno", "") == "Sukarno"
    assert join_name("", "") == ""
    assert join_name("성민", "박") == "박성민"
    assert join_name("桂英", "王") == "王桂英"
    assert join_name("ジョン", "スミス") == "ジョン スミス"
    assert join_name("ジョン", "山田") == "ジョン 山田"


def test_family_names_with_marks_and_small_letters_among_han_come_first_too():
    assert join_name("太郎", "佐々木") == "佐々木太郎"
    assert join_name("マリ子", "一ノ瀬") == "一ノ瀬マリ子"
    assert join_name("花", "山\ufa11") == "山\ufa11花"
    assert join_name("花", "葛\U000e0100城") == "葛\U000e0100城花"
    assert join_name("か\u3099く", "山田") == "山田か\u3099く"  # as a Mac writes it


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Müller", "MUELLER, Anna"),
        ("Anna Müller", "Anna Muller"),
        ("A. Müller", "Anna Müller"),
        ("Anna Maria Müller", "Anna Müller"),
        ("Müller", "Anna Müller"),
        ("Mary-Jane O'Brien", "Mary Jane OBrien"),
        ("Min-jun Kim", "Kim Minjun"),
        ("박성민", "성민 박"),
        ("Łukasz Żak", "lukasz zak"),
        ("Anna\u00a0Weiss", "Anna Weiss"),
    ],
)
def test_two_spellings_of_one_person_go_together(one, other):
    assert compatible_names(one, other)
    assert compatible_names(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Müller", "Jan Müller"),
        ("A. M.", "Anna Müller"),
        ("Anna", "Jan"),
        ("", "Anna"),
        ("", ""),
        ("李小龍", "王小龍"),
        ("J. Weiss", "Anna Weiss"),
    ],
)
def test_two_people_do_not_go_together(one, other):
    assert not compatible_names(one, other)
    assert not compatible_names(other, one)


@given(st.text(max_size=30), st.text(max_size=30))
def test_compatible_does_not_depend_on_which_comes_first(one, other):
    assert compatible_names(one, other) == compatible_names(other, one)


def test_a_search_finds_letters_without_their_accents():
    assert search_key("Łukasz Øst  Đorđe Weiß Æsa Þór IŞIK O’Brien") == (
        "lukasz ost dorde weiss aesa thor isik obrien"
    )
    assert search_key("김철수") == "김철수"
    assert search_key("が") != search_key("か")
