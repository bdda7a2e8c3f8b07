"""backlog rescue

An old pile that is answered over days or weeks: the plan, who is in it, and who was let go of in bulk. New tables only.
"""

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'rescue',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('made_by', sa.Integer(), nullable=True),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('heaps', sa.JSON(), nullable=False),
        sa.Column(
            'cause',
            sa.Enum(
                'filled', 'not_chosen', 'cancelled', name='cause', native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column('per_day', sa.Integer(), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=False),
        sa.Column('running', sa.Boolean(), nullable=False),
        sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.CheckConstraint('per_day > 0', name=op.f('ck_rescue_some_a_day')),
        sa.CheckConstraint('running = (ended_at IS NULL)', name=op.f('ck_rescue_ends_once')),
        sa.ForeignKeyConstraint(['made_by'], ['user.id'], name=op.f('fk_rescue_made_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_rescue')),
    )
    op.create_index(
        'uq_rescue_running',
        'rescue',
        ['running'],
        unique=True,
        sqlite_where=sa.text('running'),
        postgresql_where=sa.text('running'),
    )
    op.create_table(
        'rescue_member',
        sa.Column('rescue_id', sa.Integer(), nullable=False),
        sa.Column('application_id', sa.Integer(), nullable=False),
        sa.Column('stage_id', sa.Integer(), nullable=False),
        sa.Column(
            'status',
            sa.Enum(
                'active', 'on_hold', 'rejected', 'withdrawn', 'hired',
                name='status', native_enum=False, create_constraint=True, length=40,
            ),
            nullable=False,
        ),
        sa.Column('day', sa.Date(), nullable=True),
        sa.Column('plan_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ['rescue_id'], ['rescue.id'], name=op.f('fk_rescue_member_rescue_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['application_id'], ['application.id'], name=op.f('fk_rescue_member_application_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['plan_id'], ['plan.id'], name=op.f('fk_rescue_member_plan_id'), ondelete='SET NULL'
        ),
        sa.PrimaryKeyConstraint('rescue_id', 'application_id', name=op.f('pk_rescue_member')),
    )
    op.create_index('ix_rescue_member_application_id', 'rescue_member', ['application_id'])
    op.create_index('ix_rescue_member_plan_id', 'rescue_member', ['plan_id'])
    op.create_table(
        'let_go',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('made_by', sa.Integer(), nullable=True),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('people', sa.JSON(), nullable=False),
        sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['made_by'], ['user.id'], name=op.f('fk_let_go_made_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_let_go')),
    )


def downgrade() -> None:
    raise NotImplementedError('Go back by restoring the backup that was made before the upgrade.')
