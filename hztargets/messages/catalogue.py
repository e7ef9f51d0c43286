"""What is wrong with the folder of a policy document: its files, text, departments and goals."""

from django.utils.translation import gettext_noop as _

SENTENCES: dict[str, str] = {
    "file_missing": _("The file is missing; add it to the folder."),
    "not_toml": _("The file cannot be read as TOML: %(error)s. Correct it."),
    "entry_malformed": _("Missing or of the wrong form; write %(example)s."),
    "no_clause": _("No clause was found; clause headings look like （一）发挥带动作用。"),
    "area_out_of_order": _("Area %(number)s stands where area %(expected)s is expected; number them without gaps."),
    "clause_out_of_order": _(
        "Clause %(number)s stands where clause %(expected)s is expected; number them without gaps."
    ),
    "paragraph_after_departments": _(
        "This paragraph stands after the （责任单位：…） of clause %(clause)s; move it before the bracket."
    ),
    "no_department": _("No department was read; add the responsible departments."),
    "department_unknown": _("“%(name)s” is no known department; add it to departments.csv as a name or an alias."),
    "department_code_malformed": _("“%(value)s” is not a code; use small letters and digits."),
    "department_name_twice": _(
        "“%(name)s” is already a name of %(department)s; every code, name and alias may stand once."
    ),
    "departments_missing": _("Empty, and clause %(clause)s names none; write the responsible departments."),
    "goal_code_twice": _("“%(value)s” already stands in line %(first)s; give this goal a code of its own."),
    "clause_unknown": _(
        "Area %(area)s has no clause %(clause)s; correct the number. Clause 0 is the area’s opening paragraph."
    ),
    "clause_elsewhere": _("Area %(area)s has no clause %(clause)s; that clause stands in area %(home)s."),
    "quote_unknown": _("“%(quote)s” is not in clause %(clause)s of area %(area)s; copy the phrase from text.txt."),
    "quote_twice": _(
        "“%(quote)s” stands %(count)s times in clause %(clause)s of area %(area)s; lengthen it until it is unique."
    ),
    "measure_unfit": _("“%(measure)s” does not fit kind “%(kind)s”; a milestone has both."),
    "milestone_without_day": _("Empty; a milestone needs its day."),
    "target_missing": _("Empty; write the number, or name the test in the column expr."),
    "upper_end_alone": _("Stands without a value; write the lower number as the value."),
    "upper_end_too_low": _("%(upper)s is less than the value %(lower)s; exchange them."),
    "parent_unknown": _("“%(parent)s” is not the code of another goal; correct it or leave it empty."),
    "parent_elsewhere": _("“%(parent)s” is in another clause; a total and its components share one clause."),
    "parent_is_component": _("“%(parent)s” is itself a component; name the total instead."),
    "component_unlike_total": _(
        "%(parent)s is a %(total_kind)s in %(total_unit)s, this is a %(kind)s in %(unit)s; use the same kind and unit."
    ),
    "components_do_not_add_up": _("%(value)s, but the components of %(total)s add up to %(sum)s; correct one of them."),
    "budget_above_areas": _("%(value)s is more than the areas’ budgets together, %(sum)s; correct one of them."),
}
