"""letters

Letters of one's own with their versions, the language and address of a house and of its jobs, and which letter a
message was made from. As in 0002: columns are added in place, each with a default.
"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

#: table, column, type with default
COLUMNS = (
    ('organisation', 'language', "VARCHAR(10) DEFAULT 'en' NOT NULL"),
    ('organisation', 'tone', "VARCHAR(40) DEFAULT 'warm' NOT NULL"),
    ('organisation', 'informal', 'BOOLEAN DEFAULT FALSE NOT NULL'),
    ('organisation', 'wording', "JSON DEFAULT '{}' NOT NULL"),
    ('job', 'language', "VARCHAR(10) DEFAULT '' NOT NULL"),
    ('job', 'tone', "VARCHAR(40) DEFAULT '' NOT NULL"),
    ('job', 'informal', 'BOOLEAN'),
    ('job', 'notice', "TEXT DEFAULT '' NOT NULL"),
    ('message', 'letter', "VARCHAR(120) DEFAULT '' NOT NULL"),
)


def upgrade() -> None:
    op.create_table(
        'message_template',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('variant', sa.String(length=40), nullable=False),
        sa.Column('tone', sa.String(length=40), nullable=False),
        sa.Column('language', sa.String(length=10), nullable=False),
        sa.Column('informal', sa.Boolean(), nullable=False),
        sa.Column('disposition', sa.String(length=20), nullable=False),
        sa.Column('job_id', sa.Integer(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['job_id'], ['job.id'], name=op.f('fk_message_template_job_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_message_template')),
    )
    op.create_table(
        'template_version',
        sa.Column('template_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('subject', sa.Text(), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('pinned_by', sa.Integer(), nullable=True),
        sa.Column('pinned_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('says_no', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_template_version_author_id')),
        sa.ForeignKeyConstraint(['pinned_by'], ['user.id'], name=op.f('fk_template_version_pinned_by')),
        sa.ForeignKeyConstraint(
            ['template_id'],
            ['message_template.id'],
            name=op.f('fk_template_version_template_id'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('template_id', 'number', name=op.f('pk_template_version')),
    )
    for table, column, type_ in COLUMNS:
        op.execute(f'ALTER TABLE {table} ADD COLUMN {column} {type_}')


def downgrade() -> None:
    raise NotImplementedError('Go back by restoring the backup that was made before the upgrade.')
