"""How gunicorn serves the pages. The address comes from the command line, so that no environment is read here."""

worker_class = "gthread"
workers = 2
threads = 4
timeout = 60
graceful_timeout = 4
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = None
accesslog = None
errorlog = "-"
