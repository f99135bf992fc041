"""Django's PostgreSQL backend, which starts the embedded server when a connection is wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base, operations

from yunhe.platform.database.embedded import revive_server


class Operations(operations.DatabaseOperations):
    """A statement whose parameters only the server can bind is logged as it was written."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        return super().last_executed_query(cursor, sql, params) or str(sql)


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, but `EMBEDDED_DATA_DIR` names a data folder whose server is started on demand."""

    ops_class = Operations

    def get_connection_params(self) -> dict[str, Any]:
        data_dir = self.settings_dict.get("EMBEDDED_DATA_DIR")
        if not data_dir:
            return super().get_connection_params()
        server = revive_server(Path(data_dir))
        self.settings_dict.update(HOST=server["host"], USER=server["user"], PORT=server["port"])
        return super().get_connection_params()
