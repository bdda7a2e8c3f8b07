"""delivery

Pace, stops and pauses, journals, alarms, and the mail server's answer kept in the message until it is written up.
As in 0002: columns are added in place, each with a default.
"""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

#: table, column, type with default, what it refers to
COLUMNS = (
    ('application', 'unread_since', 'MOMENT', None),
    ('batch', 'paused_at', 'MOMENT', None),
    ('batch', 'paused_by', 'INTEGER', '"user"'),
    ('batch', 'paused_because', "TEXT DEFAULT '' NOT NULL", None),
    ('message', 'domain', "VARCHAR(255) DEFAULT '' NOT NULL", None),
    ('message', 'answer', 'JSON', None),
    ('message', 'looked_at', 'MOMENT', None),
    ('message', 'looked_by', 'INTEGER', '"user"'),
    ('message_application', 'job_status', "VARCHAR(40) DEFAULT '' NOT NULL", None),
    ('organisation', 'instance_id', "VARCHAR(80) DEFAULT '' NOT NULL", None),
    ('organisation', 'stopped_at', 'MOMENT', None),
    ('organisation', 'stopped_by', 'INTEGER', '"user"'),
    ('organisation', 'stopped_because', "TEXT DEFAULT '' NOT NULL", None),
    ('organisation', 'pace_preset', "VARCHAR(40) DEFAULT '' NOT NULL", None),
    ('organisation', 'pace_second', 'INTEGER', None),
    ('organisation', 'pace_minute', 'INTEGER', None),
    ('organisation', 'pace_day', 'INTEGER', None),
    ('organisation', 'pace_domain_minute', 'INTEGER', None),
    ('worker', 'journal_id', "VARCHAR(40) DEFAULT '' NOT NULL", None),
)
_WRITTEN_UP = sa.text('answer IS NOT NULL')


def upgrade() -> None:
    op.create_table(
        'pace',
        sa.Column('scope', sa.String(length=300), nullable=False),
        sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('scope', name=op.f('pk_pace')),
    )
    op.create_table(
        'journal',
        sa.Column('id', sa.String(length=40), nullable=False),
        sa.Column('host', sa.String(length=255), nullable=False),
        sa.Column('last_seq', sa.Integer(), nullable=False),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_journal')),
    )
    op.create_table(
        'alarm',
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('kind', name=op.f('pk_alarm')),
    )
    postgres = op.get_bind().dialect.name == 'postgresql'
    moment = 'TIMESTAMP WITH TIME ZONE' if postgres else 'DATETIME'
    for table, column, type_, refers in COLUMNS:
        said = f'ALTER TABLE {table} ADD COLUMN {column} {type_.replace("MOMENT", moment)}'
        if refers:
            said += f' CONSTRAINT fk_{table}_{column} REFERENCES {refers} (id)'
        op.execute(said)
    op.create_index(
        'ix_message_answer', 'message', ['id'], sqlite_where=_WRITTEN_UP, postgresql_where=_WRITTEN_UP
    )
    op.create_index('ix_delivery_at', 'delivery', ['at'])
    domain = "split_part(address, '@', 2)" if postgres else "substr(address, instr(address, '@') + 1)"
    op.execute(f"UPDATE message SET domain = lower({domain}) WHERE status IN ('held', 'queued', 'claimed')")


def downgrade() -> None:
    raise NotImplementedError('Go back by restoring the backup that was made before the upgrade.')
