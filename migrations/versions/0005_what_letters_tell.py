"""what letters tell

Whether the letters of a job may tell people their own score, and a place on a reserve list. As in 0002: columns are
added in place, each with a default.
"""

from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ('tells_score', 'tells_reserve'):
        op.execute(f'ALTER TABLE job ADD COLUMN {column} BOOLEAN DEFAULT FALSE NOT NULL')


def downgrade() -> None:
    raise NotImplementedError('Go back by restoring the backup that was made before the upgrade.')
