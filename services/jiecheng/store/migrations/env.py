"""Alembic's entry: runs on the connection that `store.schema` hands over; never makes its own."""

from alembic import context

from jiecheng.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
