"""daily digest

Owed answers that change hands together, so that they can be taken back together; and for each person of the team
whether they want the mail of each morning, and the last day for which it was taken in hand. As in 0002: columns are
added in place, each with a default.
"""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'handover',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('made_by', sa.Integer(), nullable=True),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('to_id', sa.Integer(), nullable=False),
        sa.Column('from_id', sa.Integer(), nullable=True),
        sa.Column('application_ids', sa.JSON(), nullable=False),
        sa.Column('job_ids', sa.JSON(), nullable=False),
        sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['made_by'], ['user.id'], name=op.f('fk_handover_made_by')),
        sa.ForeignKeyConstraint(['to_id'], ['user.id'], name=op.f('fk_handover_to_id')),
        sa.ForeignKeyConstraint(['from_id'], ['user.id'], name=op.f('fk_handover_from_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_handover')),
    )
    op.execute('ALTER TABLE "user" ADD COLUMN digest BOOLEAN DEFAULT TRUE NOT NULL')
    op.execute('ALTER TABLE "user" ADD COLUMN digest_day DATE')


def downgrade() -> None:
    raise NotImplementedError('Go back by restoring the backup that was made before the upgrade.')
