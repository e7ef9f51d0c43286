"""Production's settings, with a plain Django REST framework view beside the application's own.

Requests are counted as in production, but none is refused for its rate.
"""

from config.settings.production import *  # noqa: F403
from config.settings.production import API_RATES

ROOT_URLCONF = "tests.benchmarks.server_urls"
API_RATES = {scope: (1_000_000, window) for scope, (_limit, window) in API_RATES.items()}
