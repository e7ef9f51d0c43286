"""Production's settings; the one thing added is an address at which a plain Django REST framework view is served."""

from config.settings.production import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.server_urls"
