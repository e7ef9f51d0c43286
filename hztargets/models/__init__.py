"""Tables, one family a file. Import models from here."""

from hztargets.models.accounts import Role, User
from hztargets.models.assessments import Assessment, AssessmentRun, RuleSetVersion
from hztargets.models.audit import AuditEvent
from hztargets.models.calendar import CalendarDay
from hztargets.models.catalogue import Area, AreaLead, Clause, ClauseDepartment, Department, DepartmentAlias, Document
from hztargets.models.flags import Flag, FlagTransition
from hztargets.models.goals import Goal, GoalDepartment, GoalProfile, GoalVersion, ReferenceYear
from hztargets.models.jobs import Job
from hztargets.models.notices import Notice
from hztargets.models.reports import Period, Report

__all__ = [
    "Area",
    "AreaLead",
    "Assessment",
    "AssessmentRun",
    "AuditEvent",
    "CalendarDay",
    "Clause",
    "ClauseDepartment",
    "Department",
    "DepartmentAlias",
    "Document",
    "Flag",
    "FlagTransition",
    "Goal",
    "GoalDepartment",
    "GoalProfile",
    "GoalVersion",
    "Job",
    "Notice",
    "Period",
    "ReferenceYear",
    "Report",
    "Role",
    "RuleSetVersion",
    "User",
]
