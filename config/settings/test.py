"""Settings of the tests: fast password hashes, static files from source, mail to the SMTP server of the test."""

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASE_OWNER, DATABASES

# Only the owner role may create the test database; the tests use this role for everything.
DATABASES["default"] |= DATABASE_OWNER or {}
DATABASE_OWNER = None

ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
API_RATES = {}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]  # noqa: F405
