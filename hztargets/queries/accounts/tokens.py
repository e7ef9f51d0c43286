from hztargets.models import ApiToken, Role, User
from hztargets.models.tokens import ApiTokenQuerySet


def tokens_for(user: User) -> ApiTokenQuerySet:
    """Every key, also those no longer valid, by program with the newest first; for the security administrator only."""
    if user.role != Role.SECURITY_ADMIN:
        return ApiToken.objects.none()
    return ApiToken.objects.select_related("account__department", "created_by", "revoked_by").order_by(
        "account__department__position", "account__display_name", "account_id", "-created_at", "-pk"
    )
