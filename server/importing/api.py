"""HTTP of imports and exports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, stream_with_context
from flask.views import MethodView

from server.core.database import db
from server.core.errors import Invalid
from server.core.http import API_PREFIX, LEADERS, UPLOAD, Blueprint, current_user
from server.core.pages import Page, PageArgs
from server.importing import service
from server.importing.exporting import export
from server.importing.models import REJECTED, ImportRun
from server.importing.problems import ERROR
from server.importing.schemas import ImportDetailSchema, ImportFormSchema, ImportPage, options_of
from server.importing.words import summary

blueprint = Blueprint("importing", __name__, url_prefix=API_PREFIX, description="Files in and out")
MOST_POINTERS = 100


@blueprint.route("/imports")
class Imports(MethodView):
    @blueprint.allow(*LEADERS)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, ImportPage)
    def get(self, args: dict[str, Any]) -> Page:
        """Imports, the newest first."""
        return service.find(current_user(), args["cursor"], args["limit"])

    @blueprint.allow(*LEADERS)
    @blueprint.arguments(ImportFormSchema, location=UPLOAD)
    @blueprint.alt_response(409, "CONFLICT")
    @blueprint.alt_response(413, "REQUEST_ENTITY_TOO_LARGE")
    @blueprint.response(201, ImportDetailSchema)
    def post(self, form: dict[str, Any]) -> Any:
        """Import accounts from a CSV or XLSX file: all of it or, if anything is wrong, nothing.

        Rows are matched by external_id; the same file again changes nothing.  Only columns of the file are updated.
        With dry_run=true nothing changes and the answer lists every problem by row and column.
        """
        upload, user = form["file"], current_user()
        author = user.id
        record = service.run(upload.stream.read(), upload.filename or "upload", options_of(form), user, author)
        if record.state == REJECTED and not record.dry_run:
            raise _rejected(record)
        return record


def _rejected(record: ImportRun) -> Invalid:
    errors = [problem for problem in record.problems if problem["severity"] == ERROR]
    pointers = {f"/file/{p['row'] or ''}/{p['column'] or ''}": p["detail"] for p in errors[:MOST_POINTERS]}
    detail = f"{summary(record)} GET /imports/{record.id} lists them by row and column."
    return Invalid(detail, code="import_rejected", pointers=pointers, import_id=str(record.id))


@blueprint.route("/imports/<uuid:import_id>")
class ImportItem(MethodView):
    @blueprint.allow(*LEADERS)
    @blueprint.response(200, ImportDetailSchema)
    def get(self, import_id: UUID) -> Any:
        """One import with its problems."""
        return service.get(current_user(), import_id)


@blueprint.route("/exports/<string:table>.csv")
class Exports(MethodView):
    @blueprint.allow(*LEADERS)
    @blueprint.response(200, {"type": "string"}, content_type="text/csv")
    def get(self, table: str) -> Response:
        """One table as CSV, safe to open in a spreadsheet: an admin gets all of it, a manager what they may see.

        Accounts come with the headers that the import reads.
        """
        lines = export(db.session(), table, current_user())
        headers = {"Content-Disposition": f"attachment; filename={table}.csv"}
        return Response(stream_with_context(lines), content_type="text/csv; charset=utf-8", headers=headers)
