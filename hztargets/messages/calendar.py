"""Why a change is refused: deadlines, periods or the working calendar."""

from django.utils.translation import gettext_noop as _

SENTENCES: dict[str, str] = {
    "notice_refused": _("Nothing was loaded: the notice has %(count)s problems."),
    "calendar_unchanged": _("The calendar already says exactly this."),
    "no_day_in_table": _("There is no day in the table."),
    "day_of_another_year": _("%(day)s is not in %(year)s; load each year’s notice by itself."),
    "day_twice": _("%(day)s already stands in line %(first)s; a day is either worked or free."),
    "weekday_made_up": _("%(day)s is no weekend day and is worked anyway; only Saturdays and Sundays are made up."),
    "moving_closed_period": _("This period is closed. Reopen it before you move its deadline."),
    "same_deadline": _("The deadline is %(day)s already."),
    "same_goal_deadline": _("This goal’s reports are due on that day already."),
    "deadline_out_of_range": _("Choose a day from %(first)s to %(last)s, the eve of the next period’s deadline."),
    "not_a_working_day": _("%(day)s is not a working day; the next one is %(next)s."),
    "working_day_out_of_range": _("Choose a working day from 1 to %(last)s."),
    "already_closed": _("This period is closed already."),
    "not_closed": _("This period is open already."),
}
