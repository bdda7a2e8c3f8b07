"""saved filters

Filters of a list that somebody keeps under a name.
"""

import sqlalchemy as sa
from alembic import op


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'saved_filter',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column(
            'page',
            sa.Enum('home', 'job', name='filterpage', native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column('job_id', sa.Integer(), nullable=True),
        sa.Column('name', sa.String(length=60), nullable=False),
        sa.Column('args', sa.JSON(), nullable=False),
        sa.Column('shared', sa.Boolean(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['user_id'], ['user.id'], name=op.f('fk_saved_filter_user_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['job_id'], ['job.id'], name=op.f('fk_saved_filter_job_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_filter')),
    )
    op.create_index(op.f('ix_saved_filter_user_id'), 'saved_filter', ['user_id'])
    op.create_index(op.f('ix_saved_filter_job_id'), 'saved_filter', ['job_id'])


def downgrade() -> None:
    raise NotImplementedError('Go back by restoring the backup that was made before the upgrade.')
