import pytest

from employer_app.domain.applicant_list.columns import (
    ColumnMap,
    Field,
    SensitiveColumn,
    interview_kind,
    labels,
    recognise,
    with_choices,
)
from employer_app.domain.applicant_list.sheet import Row


def rows(*cells):
    return [Row(number, tuple(row)) for number, row in enumerate(cells, 2)]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("E-Mail", Field.ADDRESS),
        ("Candidate's Email Address", Field.ADDRESS),
        ("candidate_email", Field.ADDRESS),
        ("firstName", Field.FIRST_NAME),
        ("Applicant: Last Name", Field.LAST_NAME),
        ("Full Name", Field.NAME),
        ("Candidate", Field.NAME),
        ("Preferred name", Field.CALL_NAME),
        ("Pipeline stage name", Field.STAGE),
        ("APPLIED DATE", Field.APPLIED_AT),
        ("Date Second Interview", Field.INTERVIEW_DATE),
        ("Interviewer(s)", Field.INTERVIEWERS),
        ("Application ID", Field.EXTERNAL_ID),
        ("Candidate ID", Field.PERSON_ID),
        ("Location", Field.LOCATION),
        ("Recruiter", Field.RECRUITER),
        ("Stage date", Field.UPDATED_AT),
        ("\ufeffEMAILADDRESS:", Field.ADDRESS),
        ("Email of the applicant", Field.ADDRESS),
        ("Job Name (ID)", Field.JOB),
        ("Applied at (UTC)", Field.APPLIED_AT),
        ("First name (required) *", Field.FIRST_NAME),
        ("candidate.primaryEmailAddress.value", Field.ADDRESS),
        ("data.attributes.first-name", Field.FIRST_NAME),
        ("applications.0.applied_at", Field.APPLIED_AT),
        ("job.title", Field.JOB),
        ("currentInterviewStage.title", Field.STAGE),
        ("archiveReason.text", Field.REASON),
        ("recruiter.name", Field.RECRUITER),
    ],
)
def test_a_header_is_known_in_its_usual_spellings(header, field):
    assert recognise([header]).fields == {0: field}


@pytest.mark.parametrize(
    "header",
    [
        *("Date of Birth", "DOB", "Age", "Gender", "Disability Status", "Veteran?", "EEO Race", "Ethnicity"),
        *(
            "Religion",
            "Nationality",
            "Passport No",
            "National ID",
            "Social Security Number",
            "Desired Salary",
        ),
        *("desired_salary", "date_of_birth", "Candidate Age", "Criminal convictions", "Marital status"),
    ],
)
def test_a_sensitive_column_is_never_mapped(header):
    found = recognise([header, "Name"], rows(["x", "Anna"]))
    assert found.sensitive == {0}
    assert found.fields == {1: Field.NAME}
    assert set(found.why_sensitive) == {0}
    with pytest.raises(SensitiveColumn, match="never imported by itself"):
        with_choices([header, "Name"], found, {0: Field.NOTE})


def test_a_private_column_becomes_a_note_if_somebody_insists_and_never_a_name():
    header = ["Name", "Date of Birth"]
    found = recognise(header)
    assert found.why_sensitive == {1: "birth"}
    for field in (Field.NOTE, Field.SOURCE, Field.EXTERNAL_ID):
        chosen = with_choices(header, found, {1: field}, insisted=frozenset({1}))
        assert (chosen.fields, chosen.sensitive, chosen.why_sensitive) == (
            {0: Field.NAME, 1: field},
            {1},
            {1: "birth"},
        )
    for field in set(Field) - {Field.NOTE, Field.SOURCE, Field.EXTERNAL_ID}:
        with pytest.raises(SensitiveColumn, match="date of birth or age"):
            with_choices(header, found, {1: field}, insisted=frozenset({1}))


@pytest.mark.parametrize(
    "header",
    [
        *("", "Title", "Date", "Hiring manager", "Languages", "State", "Last contact", "candidate.title"),
        *("Email sent", "Source cost", "Date First Interview Invite", "Average", "Company name"),
        *("Email (recruiter)", "recruiter.email", "hiringTeam.0.firstName", "emails.0.type", "Your"),
    ],
)
def test_a_column_of_unclear_or_other_meaning_is_left_alone(header):
    assert recognise([header]) == ColumnMap({})


def test_address_means_mail_only_where_the_cells_say_so():
    street, mail = rows(["Anna", "1 High Street"], ["Jan", ""]), rows(["Anna", "a@x.example"], ["Jan", ""])
    assert recognise(["Name", "Address"], street).column(Field.ADDRESS) is None
    assert recognise(["Name", "Address"], mail).column(Field.ADDRESS) == 1
    assert recognise(["Email", "Address"], mail).column(Field.ADDRESS) == 0


def test_the_better_name_wins_and_a_second_address_is_kept():
    found = recognise(["Record ID", "Application ID", "Personal Email", "Email"])
    assert found.fields == {1: Field.EXTERNAL_ID, 2: Field.SECOND_ADDRESS, 3: Field.ADDRESS}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (["Active", "Archived"], Field.STATE),
        (["TX", "NY"], None),
        (["Active", "TX"], None),
        ([""], None),
    ],
)
def test_state_is_a_state_only_if_its_values_are_states(values, field):
    found = recognise(["Name", "State"], rows(*(["Anna", value] for value in values)))
    assert found.fields.get(1) is field


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ([], Field.STAGE),
        (["Applied", "Interview"], Field.STAGE),
        (["Active", "Rejected"], Field.STATE),
        (["Interview", "Rejected"], Field.STATE),
        (["Interview", "In progress"], Field.STAGE),
        (["Zusage", "Absage"], Field.STATE),
    ],
)
def test_a_status_is_a_state_beside_a_stage_or_if_its_values_name_an_end(values, field):
    cells = rows(*(["Anna", value] for value in values))
    assert recognise(["Name", "Status"], cells).fields[1] is field
    assert recognise(["Stage", "Status"], cells).fields == {0: Field.STAGE, 1: Field.STATE}
    assert recognise(["Outcome", "Status"], cells).fields == {0: Field.STATE, 1: Field.STAGE}


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        (["Name", "Vorname"], [], [Field.LAST_NAME, Field.FIRST_NAME]),
        (["Nom", "Prénom"], [], [Field.LAST_NAME, Field.FIRST_NAME]),
        (["Nombre", "Apellidos"], [], [Field.FIRST_NAME, Field.LAST_NAME]),
        (["Nome", "Cognome"], [], [Field.FIRST_NAME, Field.LAST_NAME]),
        (["Name", "First name"], [["Anna Weiss", "Anna"]], [Field.NAME, Field.FIRST_NAME]),
        (["Full name", "First name"], [], [Field.NAME, Field.FIRST_NAME]),
        (["Nom"], [], [Field.NAME]),
        (["Name", "Vorname", "Nachname"], [], [Field.NAME, Field.FIRST_NAME, Field.LAST_NAME]),
    ],
)
def test_a_bare_name_is_the_part_that_is_missing(header, cells, expected):
    found = recognise(header, rows(*cells))
    assert [found.fields[index] for index in range(len(header))] == expected


def test_a_date_that_only_says_yes_or_no_is_left_alone():
    assert recognise(["Name", "Avslått"], rows(["Anna", "ja"], ["Jan", ""])).fields == {0: Field.NAME}
    assert recognise(["Avslått"], rows(["2026-03-01"], [""])).fields == {0: Field.REJECTED_AT}


def test_a_header_that_stands_twice_is_used_only_if_both_say_the_same():
    # attack 50
    header = ["Name", "Email", "Email"]
    same = rows(["Anna", "a@x.example", "a@x.example"], ["Jan", "j@x.example", ""])
    other = rows(["Anna", "a@x.example", "manager@x.example"])
    assert recognise(header, same).fields == {0: Field.NAME, 1: Field.ADDRESS}
    found = recognise(header, other)
    assert found.fields == {0: Field.NAME}
    assert found.ambiguous == {1, 2}
    assert labels(header) == ["Name", "Email (column B)", "Email (column C)"]


def test_a_person_may_choose_otherwise():
    found = recognise(["Name", "Email", "Login", "Stage"])
    chosen = with_choices(["Name", "Email", "Login", "Stage"], found, {2: Field.ADDRESS, 3: None})
    assert chosen.fields == {0: Field.NAME, 2: Field.ADDRESS}


def test_an_interview_column_tells_its_kind():
    assert interview_kind("Date First Interview") == "First interview"
    assert interview_kind("Phone interview date") == "Phone interview"
    assert interview_kind("Interview date") == ""
    assert interview_kind("Datum Telefoninterview") == "Telefoninterview"
    assert interview_kind("Datum des Gesprächs") == ""


def test_columns_without_a_header_have_their_letter():
    assert labels(["Name", "", *[""] * 25])[26] == "Column AA"
