"""release of large lists

A second person's release, and the few that go before the rest. As in 0002: columns are added in place, each with a
default, and so an older worker still writes.
"""

import sqlalchemy as sa
from alembic import op


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

#: column of batch, type with default, what it refers to
COLUMNS = (
    ('released', "VARCHAR(40) DEFAULT 'not_needed' NOT NULL", None),
    ('released_by', 'INTEGER', '"user"'),
    ('notice_at', 'MOMENT', None),
    ('notice_trouble', "TEXT DEFAULT '' NOT NULL", None),
    ('pilot_last_id', 'INTEGER', None),
    ('rest_let_go_at', 'MOMENT', None),
    ('rest_let_go_by', 'INTEGER', '"user"'),
)
_OPEN = sa.text("status = 'asked'")


def upgrade() -> None:
    op.create_table(
        'release_request',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('plan_id', sa.Integer(), nullable=False),
        sa.Column('plan_digest', sa.String(length=64), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=False),
        sa.Column('messages', sa.Integer(), nullable=False),
        sa.Column('seed', sa.String(length=64), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('status', sa.Enum('asked', 'approved', 'refused', 'withdrawn', 'expired', 'void', name='requeststatus', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column('answered_by', sa.Integer(), nullable=True),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('because', sa.Text(), nullable=False),
        sa.Column('batch_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['answered_by'], ['user.id'], name=op.f('fk_release_request_answered_by')),
        sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_release_request_author_id')),
        sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_release_request_batch_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_release_request_plan_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_release_request')),
    )
    op.create_index('ix_release_request_plan_id', 'release_request', ['plan_id'])
    op.create_index(
        'uq_release_request_open', 'release_request', ['plan_id'], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    postgres = op.get_bind().dialect.name == 'postgresql'
    moment = 'TIMESTAMP WITH TIME ZONE' if postgres else 'DATETIME'
    for column, type_, refers in COLUMNS:
        said = f'ALTER TABLE batch ADD COLUMN {column} {type_.replace("MOMENT", moment)}'
        if refers:
            said += f' CONSTRAINT fk_batch_{column} REFERENCES {refers} (id)'
        op.execute(said)


def downgrade() -> None:
    raise NotImplementedError('Go back by restoring the backup that was made before the upgrade.')
