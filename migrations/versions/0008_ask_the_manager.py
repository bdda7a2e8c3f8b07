"""ask the manager

Hiring managers are asked about candidates by a mail with a link. Two new tables; nothing else is touched, and nothing
that an older worker writes.
"""

import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

_TO_MAIL = sa.text('next_mail_at IS NOT NULL')
_OPEN = sa.text('ended_at IS NULL')


def upgrade() -> None:
    op.create_table(
        'manager_ask',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('job_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column('address', sa.String(length=320), nullable=False),
        sa.Column('competing', sa.Boolean(), nullable=False),
        sa.Column('key', sa.String(length=64), nullable=False),
        sa.Column('asked_by', sa.Integer(), nullable=True),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('mails', sa.Integer(), nullable=False),
        sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('next_mail_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('trouble', sa.Text(), nullable=False),
        sa.Column('claim_token', sa.String(length=64), nullable=True),
        sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['asked_by'], ['user.id'], name=op.f('fk_manager_ask_asked_by')),
        sa.ForeignKeyConstraint(['job_id'], ['job.id'], name=op.f('fk_manager_ask_job_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_manager_ask')),
    )
    op.create_index('ix_manager_ask_job_id', 'manager_ask', ['job_id'])
    op.create_index(
        'ix_manager_ask_next_mail_at',
        'manager_ask',
        ['next_mail_at'],
        sqlite_where=_TO_MAIL,
        postgresql_where=_TO_MAIL,
    )
    op.create_table(
        'manager_ask_item',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('ask_id', sa.Integer(), nullable=False),
        sa.Column('application_id', sa.Integer(), nullable=False),
        sa.Column('answer', sa.Enum('open', 'yes', 'no', 'later', name='answer', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column('until', sa.Date(), nullable=True),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ending', sa.Enum('confirmed', 'withdrawn', 'expired', name='ending', native_enum=False, create_constraint=True, length=40), nullable=True),
        sa.Column('ended_by', sa.Integer(), nullable=True),
        sa.CheckConstraint("(answer = 'later') = (until IS NOT NULL)", name=op.f('ck_manager_ask_item_until')),
        sa.CheckConstraint('(ended_at IS NULL) = (ending IS NULL)', name=op.f('ck_manager_ask_item_ended')),
        sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_manager_ask_item_application_id')),
        sa.ForeignKeyConstraint(['ask_id'], ['manager_ask.id'], name=op.f('fk_manager_ask_item_ask_id')),
        sa.ForeignKeyConstraint(['ended_by'], ['user.id'], name=op.f('fk_manager_ask_item_ended_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_manager_ask_item')),
        sa.UniqueConstraint('ask_id', 'application_id', name=op.f('uq_manager_ask_item_ask_id_application_id')),
    )
    op.create_index('ix_manager_ask_item_application_id', 'manager_ask_item', ['application_id'])
    op.create_index(
        'uq_manager_ask_item_open',
        'manager_ask_item',
        ['application_id'],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    raise NotImplementedError('Go back by restoring the backup that was made before the upgrade.')
