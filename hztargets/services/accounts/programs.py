"""Accounts that programs need, and the trial's log-ins."""

from dataclasses import dataclass

from hztargets.models import Department, Role, User
from hztargets.services.accounts.administration import ADMINISTRATORS


@dataclass(frozen=True, kw_only=True)
class TrialAccount:
    """`department` is a code."""

    username: str
    role: Role
    department: str = ""


TRIAL_ACCOUNTS = (
    TrialAccount(username="clerk.swj", role=Role.CLERK, department="swj"),
    TrialAccount(username="head.swj", role=Role.DEPARTMENT_HEAD, department="swj"),
    TrialAccount(username="clerk.fgw", role=Role.CLERK, department="fgw"),
    TrialAccount(username="office", role=Role.OFFICE),
    TrialAccount(username="leader", role=Role.LEADER),
    TrialAccount(username="system", role=Role.SYSTEM_ADMIN),
    TrialAccount(username="security", role=Role.SECURITY_ADMIN),
    TrialAccount(username="auditor", role=Role.AUDITOR),
)
_ROLE_NAMES = {
    Role.CLERK: "填报人", Role.DEPARTMENT_HEAD: "部门负责人", Role.OFFICE: "督查室", Role.LEADER: "领导",
    Role.SYSTEM_ADMIN: "系统管理员", Role.SECURITY_ADMIN: "安全管理员", Role.AUDITOR: "审计员",
}  # fmt: skip


@dataclass(frozen=True)
class LoadingAccounts:
    """The two service accounts of a loading program, because no account approves a report that it filed itself."""

    files: User
    reviews: User


def service_account(username: str, display_name: str) -> User:
    """An account without password for a program: it cannot log in; its name is recorded with its actions."""
    user, is_new = User.objects.get_or_create(
        username=username, defaults={"role": Role.SERVICE, "display_name": display_name, "is_active": False}
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def create_trial_accounts(*, password: str) -> list[User]:
    """One account for each role, named by role and department. For the trial only. An existing account is not changed;
    only its password is set again."""
    return [_trial_account(account, password) for account in TRIAL_ACCOUNTS]


def _trial_account(account: TrialAccount, password: str) -> User:
    department = Department.objects.get(code=account.department) if account.department else None
    user, _is_new = User.objects.get_or_create(
        username=account.username,
        defaults={
            "role": account.role,
            "department": department,
            "display_name": f"{department or ''}{_ROLE_NAMES[account.role]}",
            "email": f"{account.username}@trial.invalid",
            "is_staff": account.role in ADMINISTRATORS,
            "is_superuser": account.role == Role.SYSTEM_ADMIN,
        },
    )
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    return user
