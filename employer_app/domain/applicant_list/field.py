"""What the import can take from a list."""

from enum import StrEnum


class Field(StrEnum):
    """What the import can take from a list; the value is the name in reports and on the command line."""

    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    CALL_NAME = "call_name"
    ADDRESS = "address"
    SECOND_ADDRESS = "second_address"
    PHONE = "phone"
    LANGUAGE = "language"
    COUNTRY = "country"
    STAGE = "stage"
    JOB = "job"
    JOB_ID = "job_id"
    APPLIED_AT = "applied_at"
    INTERVIEW_DATE = "interview_date"
    INTERVIEW_KIND = "interview_kind"
    INTERVIEWERS = "interviewers"
    INTERVIEW_RESULT = "interview_result"
    #: what the old system says of the whole: active, rejected, archived
    STATE = "state"
    REASON = "reason"
    #: who ended it: the company or the candidate
    ENDED_BY = "ended_by"
    #: ended, whoever did it; the next three say how by their name
    CLOSED_AT = "closed_at"
    REJECTED_AT = "rejected_at"
    WITHDRAWN_AT = "withdrawn_at"
    HIRED_AT = "hired_at"
    UPDATED_AT = "updated_at"
    #: when the old system wrote to the person about the outcome
    TOLD_AT = "told_at"
    SOURCE = "source"
    #: of the application
    EXTERNAL_ID = "external_id"
    PERSON_ID = "person_id"
    LOCATION = "location"
    RECRUITER = "recruiter"
    NOTE = "note"
    #: why the row is no applicant; whoever empties the cell has it imported all the same
    LEFT_OUT = "left_out"


#: read as dates
DATES = (
    Field.APPLIED_AT,
    Field.INTERVIEW_DATE,
    Field.CLOSED_AT,
    Field.REJECTED_AT,
    Field.WITHDRAWN_AT,
    Field.HIRED_AT,
    Field.UPDATED_AT,
    Field.TOLD_AT,
)

#: more than one column may say it
SEVERAL = frozenset({Field.INTERVIEW_DATE, Field.NOTE})
