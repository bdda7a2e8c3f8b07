"""lists from other systems

Columns are added in place and never by copying a table: on SQLite a copy drops the old table, and dropping it
would take along whatever refers to it. Each has a default, so that a worker of the version before still writes.
"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

#: table, column, type with default, what it refers to
COLUMNS = (
    ('applicant_list', 'source_id', 'INTEGER', 'import_source'),
    ('applicant_list', 'asked_at', 'MOMENT', None),
    ('applicant_list', 'asked_by', 'INTEGER', '"user"'),
    ('applicant_list', 'asked', "JSON DEFAULT '{}' NOT NULL", None),
    ('applicant_list', 'trouble', "VARCHAR DEFAULT '' NOT NULL", None),
    ('applicant_list', 'undone_at', 'MOMENT', None),
    ('applicant_list', 'undone_by', 'INTEGER', '"user"'),
    ('application', 'source_id', 'INTEGER', 'import_source'),
    ('application', 'old_pile', 'BOOLEAN DEFAULT FALSE NOT NULL', None),
    ('candidate', 'phone_key', "VARCHAR(20) DEFAULT '' NOT NULL", None),
    ('candidate', 'location', "VARCHAR(120) DEFAULT '' NOT NULL", None),
    ('candidate', 'external_id', "VARCHAR(200) DEFAULT '' NOT NULL", None),
    ('candidate', 'merged_into_id', 'INTEGER', 'candidate'),
    ('job', 'openings', 'INTEGER DEFAULT 1 NOT NULL', None),
    ('job', 'also_in', "VARCHAR DEFAULT '' NOT NULL", None),
    ('job', 'external_id', "VARCHAR(200) DEFAULT '' NOT NULL", None),
    ('job', 'source_id', 'INTEGER', 'import_source'),
)
#: table, columns
INDEXES = (
    ('application', ('source_id', 'external_id'), 'ix_application_source_external'),
    ('candidate', ('external_id',), 'ix_candidate_external_id'),
    ('candidate', ('merged_into_id',), 'ix_candidate_merged_into_id'),
    ('candidate', ('phone_key',), 'ix_candidate_phone_key'),
    ('job', ('external_id',), 'ix_job_external_id'),
)


def upgrade() -> None:
    op.create_table(
        'import_source',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('fingerprint', sa.String(length=64), nullable=False),
        sa.Column('remembered', sa.JSON(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_import_source')),
        sa.UniqueConstraint('fingerprint', name=op.f('uq_import_source_fingerprint')),
    )
    op.create_table(
        'candidate_merge',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('kept_id', sa.Integer(), nullable=False),
        sa.Column('merged_id', sa.Integer(), nullable=False),
        sa.Column('before', sa.JSON(), nullable=False),
        sa.Column('merged_by', sa.Integer(), nullable=True),
        sa.Column('merged_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('undone_by', sa.Integer(), nullable=True),
        sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['kept_id'], ['candidate.id'], name=op.f('fk_candidate_merge_kept_id')),
        sa.ForeignKeyConstraint(['merged_by'], ['user.id'], name=op.f('fk_candidate_merge_merged_by')),
        sa.ForeignKeyConstraint(['merged_id'], ['candidate.id'], name=op.f('fk_candidate_merge_merged_id')),
        sa.ForeignKeyConstraint(['undone_by'], ['user.id'], name=op.f('fk_candidate_merge_undone_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_candidate_merge')),
    )
    op.create_index('ix_candidate_merge_kept_id', 'candidate_merge', ['kept_id'])
    op.create_index('ix_candidate_merge_merged_id', 'candidate_merge', ['merged_id'])
    op.create_table(
        'import_item',
        sa.Column('list_id', sa.Integer(), nullable=False),
        sa.Column('application_id', sa.Integer(), nullable=False),
        sa.Column(
            'effect',
            sa.Enum('added', 'changed', 'seen', name='importeffect', native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column('event_seq', sa.Integer(), nullable=False),
        sa.Column('seen', sa.JSON(), nullable=False),
        sa.Column('before', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ['application_id'], ['application.id'], name=op.f('fk_import_item_application_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['list_id'], ['applicant_list.id'], name=op.f('fk_import_item_list_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('list_id', 'application_id', name=op.f('pk_import_item')),
    )
    op.create_index('ix_import_item_application_id', 'import_item', ['application_id'])
    moment = 'TIMESTAMP WITH TIME ZONE' if op.get_bind().dialect.name == 'postgresql' else 'DATETIME'
    for table, column, type_, refers in COLUMNS:
        said = f'ALTER TABLE {table} ADD COLUMN {column} {type_.replace("MOMENT", moment)}'
        if refers:
            said += f' CONSTRAINT fk_{table}_{column} REFERENCES {refers} (id)'
        op.execute(said)
    for table, columns, name in INDEXES:
        op.create_index(name, table, list(columns))
    op.create_index(
        'ix_application_old_pile',
        'application',
        ['id'],
        sqlite_where=sa.text('old_pile'),
        postgresql_where=sa.text('old_pile'),
    )


def downgrade() -> None:
    raise NotImplementedError('Go back by restoring the backup that was made before the upgrade.')
