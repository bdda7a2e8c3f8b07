from datetime import UTC, date, datetime

import pytest

from employer_app.domain.applicant_list.dates import BadDate, DateOrder, column_order, read_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-04", date(2026, 3, 4)),
        ("2026/03/04", date(2026, 3, 4)),
        ("2026-03-04 09:30", datetime(2026, 3, 4, 9, 30)),  # noqa: DTZ001 - the list names no zone
        ("2026-03-04T09:30:15.123Z", datetime(2026, 3, 4, 9, 30, 15, tzinfo=UTC)),
        ("4 March 2026", date(2026, 3, 4)),
        ("04-Mar-2026", date(2026, 3, 4)),
        ("March 4th, 2026", date(2026, 3, 4)),
        ("Wed, 4 Mar 2026", date(2026, 3, 4)),
        ("31/03/2026", date(2026, 3, 31)),
        ("03/31/2026 2:05 PM", datetime(2026, 3, 31, 14, 5)),  # noqa: DTZ001
        ("05.05.2026", date(2026, 5, 5)),
        ("3. März 2026", date(2026, 3, 3)),
        ("Dienstag, 3. Maerz 2026", date(2026, 3, 3)),
        ("1er août 2026", date(2026, 8, 1)),
        ("mardi 3 févr. 2026", date(2026, 2, 3)),
        ("3 de enero de 2026", date(2026, 1, 3)),
        ("di 3 mrt 2026", date(2026, 3, 3)),
        ("den 3 maj 2026", date(2026, 5, 3)),
        ("tirsdag 3. des. 2026", date(2026, 12, 3)),
        ("3 giu 2026", date(2026, 6, 3)),
        ("3 giugno 2026 alle ore 14:05", datetime(2026, 6, 3, 14, 5)),  # noqa: DTZ001
        ("3 avril 2026 à 14h05", datetime(2026, 4, 3, 14, 5)),  # noqa: DTZ001
        ("3. April 2026 um 14:05 Uhr", datetime(2026, 4, 3, 14, 5)),  # noqa: DTZ001
        ("1772323200", datetime(2026, 3, 1, tzinfo=UTC)),
        ("1772323200123", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T00:00:00.000+0000", datetime(2026, 3, 1, tzinfo=UTC)),
        ("Sun Mar 01 2026 01:00:00 GMT+0100 (CET)", datetime(2026, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_date_that_can_be_read_one_way_is_read(text, expected):
    assert read_date(text) == expected


@pytest.mark.parametrize(
    "text",
    # attack 53
    [
        "03/04/05",
        "03/04/2026",
        "45000",
        "2026-02-30",
        "yesterday",
        "1899-12-30",
        "2026-13-01",
        "1e3",
        "13/13/2026",
        "3 jui 2026",
        "0301234567",
        "3.4.26",
        "3 avril 26",
    ],
)
def test_a_date_that_cannot_be_read_or_in_two_ways_is_refused_with_the_format(text):
    with pytest.raises(BadDate, match="2026-03-31"):
        read_date(text)


def test_one_clear_value_decides_a_column_and_two_that_differ_do_not():
    assert column_order(["03/04/2026", "31/03/2026"]) is DateOrder.DAY_FIRST
    assert column_order(["03/04/2026", "03/31/2026"]) is DateOrder.MONTH_FIRST
    assert column_order(["31/03/2026", "03/31/2026", "03/04/2026"]) is None
    assert column_order(["03/04/2026", "2026-03-31"]) is None
    assert column_order(["03.04.2026"]) is DateOrder.DAY_FIRST
