"""The right person, by the right name, and nobody else."""

import csv
from pathlib import Path

import pytest

from employer_app.domain.courtesy import Complaint, Others, Recipient, Rule, Severity, check
from employer_app.domain.message import Kind
from employer_app.domain.stage import StageKind
from tests.domain.courtesy.drafts import NO, draft, found, received, stops, warns


@pytest.mark.parametrize(
    "greeting",
    [
        "Hello Rania,", "Hello Rania", "Dear Rania Khoury,", "Dear Ms Khoury:", "Good morning Rania!",
        "Hi, Rania,", "Dear Dr. Rania Khoury,", "HELLO Rania,",
    ],
)  # fmt: skip
def test_greeting_by_the_recorded_name_is_fine(greeting: str) -> None:
    assert check(draft(NO.replace("Hello Rania,", greeting))) == ()


@pytest.mark.parametrize(
    "greeting",
    [
        "Dear Applicant,", "Dear candidate,", "Dear Sir or Madam,", "Hello,", "Hi there,", "Hello all,",
        "Dear Ms,", "To whom it may concern,", "Dear Maren,", "Hello Ranja,", "Dear Mr Park,",
        "Hello Rania Park,", "Hello ,", "Thank you for writing.",
    ],
)  # fmt: skip
def test_greeting_to_anyone_or_to_another_stops(greeting: str) -> None:
    assert (Rule.GREETS_BY_NAME, Severity.STOPS) in found(draft(NO.replace("Hello Rania,", greeting)))


def test_greeting_missing_stops() -> None:
    assert found(draft(NO.removeprefix("Hello Rania,\n\n"))) == stops(Rule.GREETS_BY_NAME)


@pytest.mark.parametrize(
    ("greeting", "full_name"),
    [
        ("Dear Nguyễn,", "Nguyễn Văn An"), ("Dear Mao,", "Mao Ze Li"), ("Dear María,", "María José Carreño"),
        ("Dear Berg,", "Ludwig van der Berg"), ("Dear Jr,", "Robert Eastwood Jr."),
    ],
)  # fmt: skip
def test_greeting_by_a_part_that_nobody_is_said_to_be_called_by_warns(greeting: str, full_name: str) -> None:
    text = NO.replace("Hello Rania,", greeting)
    assert found(draft(text, greeting_name=full_name, full_name=full_name)) == warns(Rule.GREETS_BY_NAME)


def test_greeting_by_a_name_that_ends_in_a_full_stop_is_fine() -> None:
    text = NO.replace("Rania", "Robert Eastwood Jr.")
    assert check(draft(text, greeting_name="Robert Eastwood Jr.", full_name="Robert Eastwood Jr.")) == ()


@pytest.mark.parametrize("greeting", ["Hello rania,", "Hello RANIA KHOURY,"])
def test_greeting_in_other_case_than_the_record_warns(greeting: str) -> None:
    assert found(draft(NO.replace("Hello Rania,", greeting))) == warns(Rule.GREETS_BY_NAME)


@pytest.mark.parametrize(
    ("greeting_name", "full_name"),
    [
        ("王小明", "王小明"), ("O’Brien", "Siobhán O’Brien"), ("Jean-Luc", "Jean-Luc de la Fontaine"),
        ("Nguyễn", "Nguyễn Văn An"), ("Young", "Young Song"), ("Björk", "Björk"), ("Ø", "Ø Li"),
    ],
)  # fmt: skip
def test_greeting_names_of_the_world_are_names(greeting_name: str, full_name: str) -> None:
    # attack 39
    text = NO.replace("Rania", greeting_name)
    assert check(draft(text, greeting_name=greeting_name, full_name=full_name)) == ()


def test_greeting_matches_curly_and_straight_apostrophes_and_composed_letters() -> None:
    text = NO.replace("Rania", "Zoe\u0301 O'Brien")
    assert check(draft(text, greeting_name="Zoé", full_name="Zoé O’Brien")) == ()


@pytest.mark.parametrize(
    "name",
    [
        "None", "nan", "-", ".", "test", "Dear", "", " ", "\u00a0", "\u200b", "Ran\u202eia",
        "R\u0334\u0335\u0336\u0337\u0338\u0327\u0328ania", "rania@mail.example",
        "Müller (nicht einladen!)", "N/A", "http://evil.example", "<b>Rania</b>", "12345",
    ],
)  # fmt: skip
def test_name_that_is_none_stops(name: str) -> None:
    # attack 40
    complaints = check(draft(NO.replace("Rania", name), greeting_name=name, full_name=name))
    assert (Rule.GREETS_BY_NAME, Severity.STOPS) in {(one.rule, one.severity) for one in complaints}


@pytest.mark.parametrize("name", ["RANIA KHOURY", "Rаnia"])  # the second with a Cyrillic a
def test_name_that_looks_odd_warns(name: str) -> None:
    # attack 40
    assert found(draft(NO.replace("Rania", name), greeting_name=name, full_name=name)) == warns(
        Rule.GREETS_BY_NAME
    )


def test_remark_in_the_full_name_stops_though_the_greeting_is_fine() -> None:
    # attack 40: the full name stands in the address line.
    assert found(draft(full_name="Rania (nicht einladen!)")) == stops(Rule.GREETS_BY_NAME)


OTHERS = Others(
    ["Jun-ho Park", "Anna Maria Diaz", "Rania Khoury", "Will", "Siobhán O’Brien", "Maren Oduya"],
    ["Store Colleague", "Driver", "Data Analyst"],
)


@pytest.mark.parametrize("name", ["Jun-ho Park", "Siobhán O'Brien", "Anna Maria Diaz"])
def test_stranger_in_the_text_stops(name: str) -> None:
    text = NO.replace("If you have", f"We also spoke to {name}. If you have")
    (complaint,) = check(draft(text, others=OTHERS))
    assert complaint.rule is Rule.NO_STRANGER
    assert complaint.severity is Severity.STOPS
    assert complaint.words.replace("’", "'") == name


@pytest.mark.parametrize("shape", ["{}", "{}'s", "({})", "{}, who", "“{}”"])
def test_stranger_is_found_in_any_punctuation(shape: str) -> None:
    text = NO.replace("If you have", f"See {shape.format('Jun-ho Park')} today. If you have")
    assert found(draft(text, others=OTHERS)) == stops(Rule.NO_STRANGER)


def test_stranger_in_the_line_of_their_own_stops() -> None:
    line = "Thank you for the talk with Jun-ho Park."
    text = NO.replace("If you", f"{line}\n\nIf you")
    assert found(draft(text, others=OTHERS, personal_line=line)) == stops(Rule.NO_STRANGER)


def test_stranger_is_not_the_reader_the_sender_or_an_interviewer() -> None:
    text = NO.replace("Hello Rania,", "Dear Rania Khoury,").replace(
        "If you", "Jun-ho Park sends regards. If you"
    )
    assert check(draft(text, others=OTHERS, also_named=("Maren Oduya", "Jun-ho Park"))) == ()


def test_stranger_whose_name_is_part_of_the_readers_is_not_found() -> None:
    text = NO.replace("Hello Rania,", "Dear Anna Maria Diaz Lopez,")
    assert (
        check(draft(text, others=OTHERS, greeting_name="Anna Maria", full_name="Anna Maria Diaz Lopez")) == ()
    )


def test_stranger_of_one_word_is_not_looked_for() -> None:
    assert check(draft(NO.replace("If you", "Will the driver, a Driver, come? If you"), others=OTHERS)) == ()


def test_other_title_warns_and_the_longer_own_title_does_not() -> None:
    assert check(draft(others=OTHERS)) == ()  # "Data Analyst" inside "Data Analyst, Timetables"
    text = NO.replace("If you", "The Store Colleague role is open. If you")
    assert found(draft(text, others=OTHERS)) == warns(Rule.NO_STRANGER)
    live = Recipient(active_elsewhere=("Store Colleague",))
    assert check(draft(text, others=OTHERS, recipient=live)) == ()


def test_strangers_of_ten_thousand_cost_one_look_per_word() -> None:
    """Counted, not timed: the text is cut into words once, whatever the number of others."""
    many = Others([f"Person{number} Name{number}" for number in range(10_000)])
    looked = []
    many._by_first_word = _Counting(many._by_first_word, looked)  # type: ignore[assignment]
    assert check(draft(others=many)) == ()
    assert 0 < len(looked) <= len(NO.split())
    looked.clear()
    assert check(draft(others=many, greeting_name="Rania", full_name="Rania Park")) == ()
    assert looked == []  # the wording is the same for the next reader, and remembered


class _Counting(dict[str, object]):
    def __init__(self, given: dict[str, object], looked: list[str]) -> None:
        super().__init__(given)
        self._looked = looked

    def get(self, key: str, default: object = None) -> object:
        self._looked.append(key)
        return super().get(key, default)


@pytest.mark.parametrize("fact", ["hired", "offer_live", "withdrawn", "already_told", "duplicate"])
def test_right_person_a_no_stops_for_whom_it_must_not_reach(fact: str) -> None:
    person = Recipient(**{fact: True})
    assert found(draft(recipient=person)) == stops(Rule.RIGHT_PERSON)
    assert check(received(recipient=person)) == ()


def test_right_person_active_elsewhere_stops_until_the_text_names_that_role() -> None:
    person = Recipient(active_elsewhere=("Store Colleague",))
    assert found(draft(recipient=person)) == stops(Rule.RIGHT_PERSON)
    text = NO.replace("If you", "Your application for the Store Colleague role goes on. If you")
    assert check(draft(text, recipient=person)) == ()


@pytest.mark.parametrize("depth", [StageKind.INTERVIEW, StageKind.FINAL, StageKind.OFFER])
def test_bulk_interviewed_without_a_line_of_their_own_stops(depth: StageKind) -> None:
    line = "I enjoyed how you drew the timetable."
    text = NO.replace("If you", f"{line}\n\nIf you")
    assert found(draft(bulk=True, depth=depth)) == stops(Rule.NOT_IN_BULK)
    assert found(draft(bulk=True, depth=depth, personal_line=line)) == stops(
        Rule.NOT_IN_BULK
    )  # not in the text
    assert found(draft(text, bulk=True, depth=depth, personal_line="")) == stops(Rule.NOT_IN_BULK)
    assert check(draft(text, bulk=True, depth=depth, personal_line=line)) == ()


@pytest.mark.parametrize("depth", [StageKind.APPLIED, StageKind.SCREEN])
def test_bulk_is_for_people_we_have_not_met(depth: StageKind) -> None:
    assert check(draft(bulk=True, depth=depth)) == ()


def test_text_for_interviewed_people_needs_the_line_even_alone() -> None:
    assert found(draft(kind=Kind.REJECT_INTERVIEW, depth=StageKind.INTERVIEW)) == stops(Rule.NOT_IN_BULK)


def test_bulk_update_may_reach_interviewed_people() -> None:
    assert check(received(bulk=True, depth=StageKind.FINAL)) == ()


def test_other_language_than_the_readers_warns() -> None:
    assert found(draft(candidate_language="de")) == warns(Rule.NOT_IN_BULK)
    assert check(draft(candidate_language="en-GB")) == ()


def test_complaints_are_plain_words_the_worst_first() -> None:
    text = NO.replace("Hello Rania,", "Dear Applicant,").replace("a question", "a  question [Name]")
    complaints = check(
        draft(
            text,
            subject="",
            others=OTHERS,
            candidate_language="de",
            recipient=Recipient(hired=True),
            bulk=True,
        )
    )
    order = [list(Severity).index(one.severity) for one in complaints]
    assert order == sorted(order)
    assert len(complaints) >= 6
    for one in complaints:
        _reads_well(one)


def _reads_well(one: Complaint) -> None:
    assert one.why.endswith(".")
    assert one.fix.endswith(".")
    said = f"{one.why} {one.fix}"
    assert one.rule.value not in said.split()
    for code_word in ("disposition", "batch", "bulk", "rejection", "K5", "regex", "pattern", "lexicon"):
        assert code_word not in said


def test_real_names_of_26_places_draw_no_complaint(data: Path) -> None:
    with (data / "person-names" / "applicants-world.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert len(names) > 200
    others = Others(names)
    for name in names:
        one = draft(NO.replace("Rania", name), greeting_name=name, full_name=name, others=others)
        assert check(one) == (), name
