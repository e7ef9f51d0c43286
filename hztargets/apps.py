from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class HztargetsConfig(AppConfig):
    name = "hztargets"
    verbose_name = _("Accounts and machinery")

    def ready(self) -> None:
        """However somebody logs in, the session's limits run from then on."""
        from hztargets.web.accounts.sessions import note_login

        user_logged_in.connect(note_login, dispatch_uid="hztargets.session")
