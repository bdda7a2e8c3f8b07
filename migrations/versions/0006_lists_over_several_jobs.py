"""lists over several jobs

One message for all applications of a person, findings of the check before sending with what they are about, and who
said that they are right so. As in 0002: columns are added in place, each with a default.
"""

import json

import sqlalchemy as sa
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute('ALTER TABLE plan_item ADD COLUMN lead_id INTEGER')
    op.execute('ALTER TABLE batch ADD COLUMN joined INTEGER DEFAULT 0 NOT NULL')
    op.create_table(
        'finding_seen',
        sa.Column('candidate_id', sa.Integer(), nullable=False),
        sa.Column('check', sa.String(length=20), nullable=False),
        sa.Column('about', sa.String(length=32), nullable=False),
        sa.Column('seen_by', sa.Integer(), nullable=True),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['candidate_id'], ['candidate.id'], name=op.f('fk_finding_seen_candidate_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['seen_by'], ['user.id'], name=op.f('fk_finding_seen_seen_by')),
        sa.PrimaryKeyConstraint('candidate_id', 'check', 'about', name=op.f('pk_finding_seen')),
    )
    _say_what_warnings_are_about()


def _say_what_warnings_are_about() -> None:
    """They were bare sentences."""
    connection = op.get_bind()
    item = sa.table(
        'plan_item', sa.column('plan_id'), sa.column('application_id'), sa.column('warnings', sa.Text())
    )
    rows = connection.execute(sa.select(item).where(sa.cast(item.c.warnings, sa.Text) != '[]')).all()
    for row in rows:
        words = json.loads(row.warnings) if isinstance(row.warnings, str) else row.warnings
        if all(isinstance(one, dict) for one in words):
            continue
        found = [{'check': 'wording', 'words': one, 'about': ''} for one in words]
        connection.execute(
            sa.text('UPDATE plan_item SET warnings = :found WHERE plan_id = :plan AND application_id = :one'),
            {'found': json.dumps(found), 'plan': row.plan_id, 'one': row.application_id},
        )


def downgrade() -> None:
    raise NotImplementedError('Go back by restoring the backup that was made before the upgrade.')
