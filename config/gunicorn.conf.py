# ruff: noqa: N999 -- gunicorn wants this name
"""Settings of gunicorn. The address is given on the command line, so that this file reads no environment variables."""

worker_class = "gthread"
workers = 2
threads = 4
timeout = 60
graceful_timeout = 4
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
# No control socket; by default it is in the home folder and shared by all runs.
control_socket_disable = True
accesslog = None
errorlog = "-"
