"""Settings of a production installation: the base settings, with checks that no trial value is used."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from config.settings.base import ALLOWED_HOSTS, ENV

if ENV.is_trial:
    raise ImproperlyConfigured("config.settings.production needs HZ_MODE=production.")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("HZ_ALLOWED_HOSTS is empty; name the hosts people open, separated by commas.")
