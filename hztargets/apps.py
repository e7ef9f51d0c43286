from django.apps import AppConfig


class HztargetsConfig(AppConfig):
    name = "hztargets"
    verbose_name = "hztargets"
