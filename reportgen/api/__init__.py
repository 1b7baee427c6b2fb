"""What programs, the command line and the page in the browser call; loaded name by name when asked for.

A name is the same object here, in `reportgen`, and in the module that it stands in (docs/api.md).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reportgen.api.agencies import (
        OUTCOME_NAMES,
        BatchResult,
        agencies_workbook,
        batch,
        batch_page,
        comparison_file,
        outcomes_json,
    )
    from reportgen.api.documents import (
        build_inputs,
        copy_templates,
        docx,
        engine_missing,
        json,
        pdf,
        untaken_styles,
        web_page,
        workbook,
    )
    from reportgen.api.findings_table import as_csv, outcomes_csv, results_csv
    from reportgen.api.formats import check_edition
    from reportgen.api.gathering import Gathered, doubts_told, gather, read_all
    from reportgen.api.published import (
        RESULT_NAMES,
        FileRead,
        import_,
        import_comment,
        import_counts,
        import_files,
        import_left_out,
        imported_csv,
        merge,
    )
    from reportgen.api.reports import (
        Fixed,
        NewValue,
        ValuesLostError,
        cell_labels,
        data_file,
        edit,
        excel_form,
        fix,
        new,
        new_form,
        replace_file,
        require_whole,
        save,
        save_report,
    )
    from reportgen.api.results import CheckedFiles, Result, check_files, results_json, results_page
    from reportgen.api.typed import Typed, accept_finding, withdraw_acceptance
    from reportgen.checks import check
    from reportgen.checks.local_rules import PlaceRules, length_limits, place_rules_explained, read_rules
    from reportgen.checks.prose.judged import Coverage, prose_coverage
    from reportgen.comparison.changes import only_changes
    from reportgen.comparison.years import Comparison, compare, text_pieces
    from reportgen.datafile.blank import OtherAgencyError, SameAgency
    from reportgen.datafile.expressions import expressions
    from reportgen.datafile.fields import Field, plain_fields
    from reportgen.datafile.tree import read_bytes
    from reportgen.findings import SEVERITY_NAMES, Acceptance, Excerpt, Finding, InputError, Origin, Severity
    from reportgen.format import Edition, all_editions, edition_for
    from reportgen.format.grid import GridCell, grid
    from reportgen.imports.merge import Merged
    from reportgen.imports.read import Imported
    from reportgen.many.aggregate import Aggregate, aggregate, unsound
    from reportgen.many.forms import FormMade, LastYear, last_year_in, make_forms
    from reportgen.many.head import only_other_years
    from reportgen.many.roster import Roster, RosterEntry, read_roster
    from reportgen.many.work import FindingRow, Outcome, Status
    from reportgen.outputs.annotated import annotated
    from reportgen.outputs.build import (
        KINDS,
        BuildRefusedError,
        Built,
        Options,
        build,
        context,
        file_name,
        make,
    )
    from reportgen.outputs.doctor import examine
    from reportgen.outputs.pdf.engine.library import EngineMissingError
    from reportgen.outputs.release import make_release, release
    from reportgen.outputs.schema import data_file_schema, report_schema
    from reportgen.outputs.template.handbook import field_handbook
    from reportgen.outputs.template_check import TemplateReport, check_folder, check_template, untaken
    from reportgen.report.model import Report
    from reportgen.rules import Rule, all_rules, explained, handbook
    from reportgen.sources import read, read_content, read_data_file
    from reportgen.standard.punctuation import mended
    from reportgen.version import __version__

__all__ = [
    "KINDS", "OUTCOME_NAMES", "RESULT_NAMES", "SEVERITY_NAMES", "Acceptance", "Aggregate",
    "BatchResult", "BuildRefusedError", "Built", "CheckedFiles", "Comparison", "Coverage", "Edition",
    "EngineMissingError", "Excerpt", "Field", "FileRead", "Finding", "FindingRow", "Fixed", "FormMade",
    "Gathered", "GridCell", "Imported", "InputError", "LastYear", "Merged", "NewValue", "Options",
    "Origin", "OtherAgencyError", "Outcome", "PlaceRules", "Report", "Result", "Roster", "RosterEntry",
    "Rule", "SameAgency", "Severity", "Status", "TemplateReport", "Typed", "ValuesLostError",
    "__version__", "accept_finding", "agencies_workbook", "aggregate", "all_editions", "all_rules",
    "annotated", "as_csv", "batch", "batch_page", "build", "build_inputs", "cell_labels", "check",
    "check_edition", "check_files", "check_folder", "check_template", "compare", "comparison_file",
    "context", "copy_templates", "data_file", "data_file_schema", "docx", "doubts_told", "edit",
    "edition_for", "engine_missing", "examine", "excel_form", "explained", "expressions",
    "field_handbook", "file_name", "fix", "gather", "grid", "handbook", "import_", "import_comment",
    "import_counts", "import_files", "import_left_out", "imported_csv", "json", "last_year_in",
    "length_limits", "make", "make_forms", "make_release", "mended", "merge", "new", "new_form",
    "only_changes", "only_other_years", "outcomes_csv",
    "outcomes_json", "pdf", "place_rules_explained", "plain_fields", "prose_coverage", "read",
    "read_all", "read_bytes", "read_content", "read_data_file", "read_roster", "read_rules", "release",
    "replace_file", "report_schema", "require_whole", "results_csv", "results_json", "results_page",
    "save", "save_report", "text_pieces", "unsound", "untaken", "untaken_styles", "web_page",
    "withdraw_acceptance", "workbook",
]

# The command line has to listen to signals before it loads what takes long.
_HOMES = {
    "reportgen.api.agencies": (
        "OUTCOME_NAMES", "BatchResult", "agencies_workbook", "batch", "batch_page", "comparison_file",
        "outcomes_json"),
    "reportgen.api.documents": (
        "build_inputs", "copy_templates", "docx", "engine_missing", "json", "pdf", "untaken_styles",
        "web_page", "workbook"),
    "reportgen.api.findings_table": ("as_csv", "outcomes_csv", "results_csv"),
    "reportgen.api.formats": ("check_edition",),
    "reportgen.api.gathering": ("Gathered", "doubts_told", "gather", "read_all"),
    "reportgen.api.published": (
        "RESULT_NAMES", "FileRead", "import_", "import_comment", "import_counts", "import_files",
        "import_left_out", "imported_csv", "merge"),
    "reportgen.api.reports": (
        "Fixed", "NewValue", "ValuesLostError", "cell_labels", "data_file", "edit", "excel_form",
        "fix", "new",
        "new_form", "replace_file", "require_whole", "save", "save_report"),
    "reportgen.api.results": ("CheckedFiles", "Result", "check_files", "results_json", "results_page"),
    "reportgen.checks": ("check",),
    "reportgen.checks.local_rules": ("PlaceRules", "length_limits", "place_rules_explained", "read_rules"),
    "reportgen.checks.prose.judged": ("Coverage", "prose_coverage"),
    "reportgen.comparison.changes": ("only_changes",),
    "reportgen.comparison.years": ("Comparison", "compare", "text_pieces"),
    "reportgen.datafile.blank": ("OtherAgencyError", "SameAgency"),
    "reportgen.findings": (
        "SEVERITY_NAMES", "Acceptance", "Excerpt", "Finding", "InputError", "Origin", "Severity"),
    "reportgen.format": ("Edition", "all_editions", "edition_for"),
    "reportgen.imports.merge": ("Merged",),
    "reportgen.imports.read": ("Imported",),
    "reportgen.many.aggregate": ("Aggregate", "aggregate", "unsound"),
    "reportgen.many.forms": ("FormMade", "LastYear", "last_year_in", "make_forms"),
    "reportgen.many.head": ("only_other_years",),
    "reportgen.many.roster": ("Roster", "RosterEntry", "read_roster"),
    "reportgen.many.work": ("FindingRow", "Outcome", "Status"),
    "reportgen.outputs.annotated": ("annotated",),
    "reportgen.outputs.build": (
        "KINDS", "BuildRefusedError", "Built", "Options", "build", "context", "file_name", "make"),
    "reportgen.outputs.doctor": ("examine",),
    "reportgen.outputs.pdf.engine.library": ("EngineMissingError",),
    "reportgen.outputs.release": ("make_release", "release"),
    "reportgen.outputs.schema": ("data_file_schema", "report_schema"),
    "reportgen.outputs.template.handbook": ("field_handbook",),
    "reportgen.outputs.template_check": ("TemplateReport", "check_folder", "check_template", "untaken"),
    "reportgen.report.model": ("Report",),
    "reportgen.rules": ("Rule", "all_rules", "explained", "handbook"),
    "reportgen.sources": ("read", "read_content", "read_data_file"),
    "reportgen.api.typed": ("Typed", "accept_finding", "withdraw_acceptance"),
    "reportgen.format.grid": ("GridCell", "grid"),
    "reportgen.standard.punctuation": ("mended",),
    "reportgen.datafile.expressions": ("expressions",),
    "reportgen.datafile.fields": ("Field", "plain_fields"),
    "reportgen.datafile.tree": ("read_bytes",),
    "reportgen.version": ("__version__",),
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}

if not TYPE_CHECKING:
    def __getattr__(name: str) -> Any:
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(_MODULE_OF[name]), name)
        globals()[name] = found
        return found
