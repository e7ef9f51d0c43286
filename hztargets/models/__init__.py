"""Tables, one family a file. Import models from here."""

from hztargets.models.accounts import Role, User
from hztargets.models.assessments import Assessment, AssessmentRun, JudgedGoal, RuleSetVersion
from hztargets.models.audit import AuditEvent, AuditLink
from hztargets.models.calendar import CalendarDay
from hztargets.models.catalogue import Area, AreaLead, Clause, ClauseDepartment, Department, DepartmentAlias, Document
from hztargets.models.evidence import Evidence, EvidenceContent
from hztargets.models.flags import Flag, FlagTransition
from hztargets.models.goals import Goal, GoalDepartment, GoalDueDay, GoalProfile, GoalVersion, ReferenceYear
from hztargets.models.idempotency import IdempotencyKey
from hztargets.models.jobs import Job
from hztargets.models.notices import Channel, Delivery, Notice, NoticeKind
from hztargets.models.reports import GoalDeadline, Period, Report
from hztargets.models.security import LoginAttempt, PasswordChoice
from hztargets.models.tokens import ApiToken
from hztargets.models.uploads import SheetUpload

__all__ = [
    "ApiToken",
    "Area",
    "AreaLead",
    "Assessment",
    "AssessmentRun",
    "AuditEvent",
    "AuditLink",
    "CalendarDay",
    "Channel",
    "Clause",
    "ClauseDepartment",
    "Delivery",
    "Department",
    "DepartmentAlias",
    "Document",
    "Evidence",
    "EvidenceContent",
    "Flag",
    "FlagTransition",
    "Goal",
    "GoalDeadline",
    "GoalDepartment",
    "GoalDueDay",
    "GoalProfile",
    "GoalVersion",
    "IdempotencyKey",
    "Job",
    "JudgedGoal",
    "LoginAttempt",
    "Notice",
    "NoticeKind",
    "PasswordChoice",
    "Period",
    "ReferenceYear",
    "Report",
    "Role",
    "RuleSetVersion",
    "SheetUpload",
    "User",
]
