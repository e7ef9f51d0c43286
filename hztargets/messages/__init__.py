"""Every code → one sentence in both languages. The only place that turns a code into words.

Each module here holds a table `SENTENCES`, by code, or `WORDS`, by key, of msgids marked with `gettext_noop`. A
sentence names facts as `%(name)s`. How a fact is written is decided once, in `hztargets.messages.wording`.
"""

from hztargets.messages.wording import month_name, sentence, word

__all__ = ["month_name", "sentence", "word"]
