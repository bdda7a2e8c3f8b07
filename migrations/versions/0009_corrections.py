"""corrections, and applications that moved to another job

As in 0002: columns are added in place, empty in every row that is there. The index holds corrections alone, so it is
empty at first. A message may be of one kind more; every row that is there is of an older kind, so nothing is read.
"""

import sqlalchemy as sa
from alembic import op


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

#: table, column, what it refers to
COLUMNS = (
    ('message', 'corrects_id', 'message'),
    ('application', 'moved_to_id', 'application'),
    ('application', 'moved_from_id', 'application'),
)
_CORRECTS = sa.text('corrects_id IS NOT NULL')
KINDS = (
    "'acknowledgement', 'holding_note', 'delay_apology', 'next_step', 'reject_application', 'reject_screen', "
    "'reject_interview', 'reject_final', 'filled', 'cancelled_or_on_hold', 'withdrawal_confirmed', "
    "'another_accepted', 'reopened', 'feedback_reply', 'enquiry_answer', 'keep_in_touch', 'data_notice'"
)
NEW = f"{KINDS}, 'correction'"


def upgrade() -> None:
    for table, column, refers in COLUMNS:
        op.execute(
            f'ALTER TABLE {table} ADD COLUMN {column} INTEGER'
            f' CONSTRAINT fk_{table}_{column}_{refers} REFERENCES {refers} (id)'
        )
    op.create_index(
        'ix_message_corrects', 'message', ['corrects_id'], sqlite_where=_CORRECTS, postgresql_where=_CORRECTS
    )
    postgres = op.get_bind().dialect.name == 'postgresql'
    for table in ('message', 'plan_item'):
        (_widen_in_place if postgres else _widen_the_words)(table)


def _widen_in_place(table: str) -> None:
    op.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS ck_{table}_kind')
    op.execute(f'ALTER TABLE {table} ADD CONSTRAINT ck_{table}_kind CHECK (kind IN ({NEW})) NOT VALID')
    op.execute(f'ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_kind')


def _widen_the_words(table: str) -> None:
    """SQLite cannot change a CHECK but by writing the table anew, unless its words are changed where they stand, which
    its manual allows for what changes nothing on disk: https://www.sqlite.org/lang_altertable.html#otheralter"""
    bind = op.get_bind()
    version = bind.execute(sa.text('PRAGMA schema_version')).scalar_one()
    bind.execute(sa.text('PRAGMA writable_schema = ON'))
    changed = bind.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :old, :new) WHERE type = 'table' AND name = :name"
        ),
        {'old': f'({KINDS})', 'new': f'({NEW})', 'name': table},
    )
    bind.execute(sa.text(f'PRAGMA schema_version = {version + 1}'))
    bind.execute(sa.text('PRAGMA writable_schema = OFF'))
    if changed.rowcount != 1:
        raise RuntimeError(f'there is no table {table} to change')


def downgrade() -> None:
    raise NotImplementedError('Go back by restoring the backup that was made before the upgrade.')
