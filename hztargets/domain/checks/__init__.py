"""Is a report plausible before it is submitted? Hard findings stop, soft ones need a word of explanation."""

from hztargets.domain.checks.entry import check_entry
from hztargets.domain.checks.values import Entry, Finding, Past
from hztargets.domain.checks.words import check_words, is_telling, obstacles

__all__ = ["Entry", "Finding", "Past", "check_entry", "check_words", "is_telling", "obstacles"]
