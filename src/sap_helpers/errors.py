"""Errors: one root, one family per stage; every message says what failed, where, what is allowed and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sap_helpers.findings import Finding


class SapError(Exception):
    """Root of every error this package raises on purpose; the command line turns it into its exit status."""

    exit_status = 2


class UsageError(SapError):
    """The call itself cannot be carried out: an unknown notebook name, a folder that is not a report."""


class ReportError(UsageError):
    """A folder is no report, or something of it is not what its manifest says: it is not read."""


class PlanError(SapError):
    """The plan, or a value set on the command line, is not what the plan's model allows."""


class CutError(SapError):
    """The cut's folder or its cut.yaml cannot be read at all, so that no rule could be evaluated."""


class CutRefusedError(SapError):
    """At least one rule refuses the cut.

    Parameters
    ----------
    findings
        Every finding of the reading, refusals among them; all are reported in one run.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        refused = [finding for finding in self.findings if finding.severity == "refused"]
        super().__init__("\n".join(finding.message() for finding in refused))


class EstimationError(SapError, ValueError):
    """An estimator was handed something it must not guess about: missing values, wrong shapes, unknown options."""


class NotebookError(SapError):
    """A notebook failed, or did not hold what the runner checks before and after."""

    exit_status = 1


class ReportLockedError(SapError):
    """Another run holds the lock of the reports folder."""

    exit_status = 1


class PublishError(SapError):
    """The finished report could not be put in place; the previous one stands."""

    exit_status = 1
