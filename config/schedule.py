"""When beat wakes which task. Times are Asia/Shanghai; nothing else belongs here."""

from celery.schedules import crontab

BEAT_SCHEDULE = {
    "deliver-notices": {"task": "hztargets.deliver_notices", "schedule": crontab()},
    "drain-jobs": {"task": "hztargets.drain_jobs", "schedule": crontab()},
    "assess-documents": {"task": "hztargets.schedule_assessment", "schedule": crontab(hour="2", minute="10")},
    "forget-answers": {"task": "hztargets.forget_answers", "schedule": crontab(hour="3", minute="20")},
    "forget-uploads": {"task": "hztargets.forget_uploads", "schedule": crontab(minute="25")},
    "open-periods": {"task": "hztargets.open_periods", "schedule": crontab(minute="5")},
}
