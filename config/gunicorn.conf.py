# ruff: noqa: N999 -- gunicorn wants this name
"""How gunicorn serves the pages. The address comes from the command line, so that no environment is read here."""

worker_class = "gthread"
workers = 2
threads = 4
timeout = 60
graceful_timeout = 4
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
# No socket for remote control; by default it would lie in the home folder, shared by every run.
control_socket_disable = True
accesslog = None
errorlog = "-"
