from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain.address import check_address
from employer_app.domain.applicant_list.columns import (
    Field,
    recognise,
)
from employer_app.domain.applicant_list.judge import judge
from employer_app.domain.applicant_list.sheet import Row, Sheet
from employer_app.domain.applicant_list.verdict import Applicant, Duplicate, Interview

TODAY = date(2026, 11, 24)
HEADER = ("Name", "Email")


def judged(header, *cells, **choices):
    rows = tuple(Row(number, tuple(row)) for number, row in enumerate(cells, 2))
    sheet = Sheet(tuple(header), rows, "test")
    result = judge(sheet, recognise(header, rows), today=TODAY, **choices)
    assert result.rows == len(rows)
    return result


def messages(result):
    return [(problem.row, problem.field, problem.message) for problem in result.problems]


def only_problem(result):
    ((row, field, message),) = messages(result)
    return row, field, message


def test_a_full_row_becomes_an_applicant_with_everything_in_it():
    header = [
        "First Name",
        "Last Name",
        "Known as",
        "Email",
        "Phone",
        "Language",
        "Country",
        "Stage",
        "Applied",
    ]
    header += ["Date First Interview", "Interviewers", "Source", "ID", "Notes", "Gender", "Shoe size"]
    result = judged(
        header,
        [
            *("Anna", "Weiss", "Anni", "Anna@X.example", "+49 151 1", "de", "DE", "Screen", "2026-03-01"),
            *("2026-03-20", "Jan, Eva", "Fair", "007", " =1+1\nsecond line ", "f", "38"),
        ],
    )
    assert result.good == (
        Applicant(
            row=2,
            name="Anna Weiss",
            call_name="Anni",
            address=check_address("Anna@X.example"),
            phone="+49 151 1",
            language="de",
            country="DE",
            stage_label="Screen",
            applied_at=date(2026, 3, 1),
            interviews=(Interview(date(2026, 3, 20), "First interview", "Jan, Eva"),),
            source="Fair",
            external_id="007",
            note="=1+1\nsecond line",
        ),
    )
    assert result.ignored == ("Shoe size",)
    assert result.sensitive == ("Gender",)
    assert result.mapping["Known as"] is Field.CALL_NAME
    assert result.warnings == ()


def test_a_row_with_more_cells_than_columns_is_refused():
    # attack 50, promise P8
    row, field, message = only_problem(
        judged(HEADER, ["Weiss", " Anna", "a@x.example"], ["Jan", "j@x.example"])
    )
    assert (row, field) == (2, None)
    assert "3 cells" in message


def test_a_row_with_fewer_cells_is_refused_unless_only_unmapped_ones_are_missing():
    header = ("Name", "Email", "Shoe size")
    result = judged(header, ["Anna", "a@x.example"], ["Jan"])
    assert [applicant.row for applicant in result.good] == [2]
    assert only_problem(result)[:2] == (3, None)


@pytest.mark.parametrize(
    "name", ["", "None", "-", "anna@x.example", "MÃ¼ller", "Anna\u202e Weiss", "Weiss (do not hire)"]
)
def test_a_row_without_a_usable_name_is_bad(name):
    assert only_problem(judged(HEADER, [name, "a@x.example"]))[:2] == (2, Field.NAME)


def test_a_dash_for_a_last_name_is_left_out_and_said():
    (applicant,) = judged(("First name", "Last name", "Email"), ["Sukarno", "-", "s@x.example"]).good
    assert applicant.name == "Sukarno"
    assert applicant.warnings == ("“-” in place of a name part was left out.",)


def test_an_odd_name_or_one_that_differs_between_columns_is_kept_and_said():
    header = ("Full name", "First name", "Last name", "Email")
    first, second = judged(
        header, ["ANNA WEISS", "Anna", "Weiss", "a@x.example"], ["Jan Berg", "Eva", "Wald", "e@x.example"]
    ).good
    assert "capitals" in first.warnings[0]
    assert second.warnings == ("The full name “Jan Berg” does not fit “Eva Wald” in the other columns.",)


def test_a_call_name_that_is_a_filler_is_left_out_and_a_dangerous_one_is_bad():
    header = ("Name", "Known as", "Email")
    result = judged(header, ["Anna", "N/A", "a@x.example"], ["Jan", "www.bad.example", "j@x.example"])
    assert [(a.call_name, len(a.warnings)) for a in result.good] == [("", 1)]
    assert only_problem(result)[:2] == (3, Field.CALL_NAME)


def test_a_wrong_address_is_bad_and_says_what_is_wrong():
    row, field, message = only_problem(judged(HEADER, ["Anna", "a@x.example, b@x.example"]))
    assert (row, field) == (2, Field.ADDRESS)
    assert "more than one address" in message


@pytest.mark.parametrize("text", ["", " ", "-", "n/a", "None", "no email", "jürgen@x.example"])
def test_a_person_nobody_can_write_to_is_kept_and_said(text):
    (applicant,) = judged(HEADER, ["Anna", text]).good
    assert applicant.address is None
    assert len(applicant.warnings) == 1


def test_a_second_address_steps_in_when_the_first_is_missing():
    header = ("Name", "Email", "Second email")
    one, two, three = judged(
        header,
        ["Anna", "", "anna@x.example"],
        ["Jan", "jan@x.example", "jan2@x.example"],
        ["Eva", "eva@x.example", "eva@"],
    ).good
    assert (one.address, one.second_address) == (check_address("anna@x.example"), None)
    assert "second address is used" in one.warnings[0]
    assert two.second_address == check_address("jan2@x.example")
    assert three.second_address is None
    assert three.warnings[0].startswith("The second address was left out.")


def test_the_same_person_twice_is_a_duplicate_of_the_first_row():
    # attack 52
    result = judged(
        HEADER,
        ["Anna Müller", "a@m\u00fcnchen.example"],
        ["Jan Berg", "j@x.example"],
        ["MUELLER, Anna", " A@XN--MNCHEN-3YA.example "],
        ["Mu\u0308ller", "a@mu\u0308nchen.example"],
    )
    assert result.duplicates == (Duplicate(4, 2), Duplicate(5, 2))
    assert [applicant.row for applicant in result.good] == [2, 3]
    assert result.bad == ()


def test_one_address_under_two_names_needs_a_decision():
    # promise P8
    result = judged(HEADER, ["Anna Weiss", "info@x.example"], ["Jan Berg", "info@x.example"])
    row, field, message = only_problem(result)
    assert (row, field) == (3, Field.ADDRESS)
    assert "row 2" in message
    assert result.good[0].warnings == ("Row 3 has the same address under another name.",)


def test_a_bad_row_does_not_take_the_place_of_a_good_one():
    header = ("Name", "Email", "Applied")
    result = judged(header, ["Anna", "a@x.example", "soon"], ["Anna", "a@x.example", "2026-03-01"])
    assert [applicant.row for applicant in result.good] == [3]
    assert [bad.row for bad in result.bad] == [2]


def test_people_who_may_be_one_are_both_kept_and_said():
    # attack 52
    result = judged(
        HEADER,
        ["Anna Weiss", ""],
        ["Anna Weiss", ""],
        ["Jan Berg", "jan.berg@x.example"],
        ["Jan Berg", "janberg+job@x.example"],
    )
    assert len(result.good) == 4
    assert [applicant.warnings[-1] for applicant in result.good] == [
        "Row 3 may be the same person. Both are kept.",
        "Row 2 may be the same person. Both are kept.",
        "Row 5 may be the same person. Both are kept.",
        "Row 4 may be the same person. Both are kept.",
    ]


def test_without_an_address_the_same_id_and_name_is_one_person():
    header = ("ID", "Name", "Stage")
    result = judged(header, ["1", "Anna", "Applied"], ["1", "Anna", "Interview"], ["1", "Jan", "Applied"])
    assert result.duplicates == (Duplicate(3, 2),)
    assert [applicant.row for applicant in result.good] == [2, 4]


def test_names_sorted_apart_from_addresses_are_noticed():
    # attack 51, promise P8
    names = ["Anna Weiss", "Jan Berg", "Eva Wald", "Ivo Stein", "Lea Bach", "Tom Feld"]
    addresses = [f"{name.replace(' ', '.').lower()}@x.example" for name in names]
    shifted = judged(HEADER, *zip(sorted(names), addresses, strict=True))
    assert "sorted apart" in shifted.warnings[-1]
    assert judged(HEADER, *zip(names, addresses, strict=True)).warnings == ()


def test_an_application_from_the_future_is_bad_and_an_interview_ahead_is_said():
    header = ("Name", "Email", "Applied", "Interview date")
    result = judged(
        header,
        ["Anna", "a@x.example", "2026-11-25", ""],
        ["Jan", "j@x.example", "2026-11-24", "2026-12-01; 2026-11-20"],
        ["Eva", "e@x.example", "2026-11-25T01:00+13:00", "soon"],
    )
    assert [(row, field) for row, field, _ in messages(result)] == [
        (2, Field.APPLIED_AT),
        (4, Field.INTERVIEW_DATE),
    ]
    assert result.good[0].interviews == (Interview(date(2026, 11, 20)),)
    assert result.good[0].warnings == ("The interview on 2026-12-01 lies ahead and is not counted as held.",)


def test_a_row_names_all_its_problems_at_once():
    result = judged(("Name", "Email", "Applied"), ["None", "a@", "soon"])
    assert [field for _, field, _ in messages(result)] == [Field.NAME, Field.ADDRESS, Field.APPLIED_AT]


def test_an_endless_cell_is_refused():
    assert only_problem(judged(("Name", "Phone"), ["Anna", "1" * 501]))[:2] == (2, Field.PHONE)


_values = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["Anna Weiss", "Jan", "a@x.example", "A@X.example", "b@x.example", "", "2026-03-01", "1/2/2026"]
    ),
)


@given(
    st.lists(st.sampled_from(["Name", "Email", "Applied", "Stage", "Gender", "Zip"]), min_size=1, max_size=6),
    st.lists(st.lists(_values, max_size=7), max_size=8),
)
def test_every_row_and_every_column_ends_in_one_place(header, cells):
    result = judged(header, *cells)
    numbers = [a.row for a in result.good] + [b.row for b in result.bad] + [d.row for d in result.duplicates]
    assert sorted(numbers) == list(range(2, len(cells) + 2))
    assert len(result.mapping) + len(result.ignored) + len(result.sensitive) == len(header)
    keys = [applicant.address.key for applicant in result.good if applicant.address]
    assert len(keys) == len(set(keys))
