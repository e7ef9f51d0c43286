"""Components that need more than an include."""

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("hztargets/components/light.html")
def light(colour: str, size: str = "") -> dict[str, Any]:
    """A light: colour, shape and word."""
    return {"colour": colour, "size": size}


@register.inclusion_tag("hztargets/components/sort_header.html", takes_context=True)
def sort_header(context: dict[str, Any], key: str, label: str, css: str = "") -> dict[str, Any]:
    """A column head that sorts by `key`; in reverse order if the list is already sorted by it."""
    current = context["sort"]
    order = {key: "ascending", f"-{key}": "descending"}.get(current)
    return {
        "request": context["request"],
        "label": label,
        "css": css,
        "order": order,
        "next": f"-{key}" if current == key else key,
    }


@register.inclusion_tag("hztargets/components/done_bar.html")
def done_bar(done: float | None, expected: float | None) -> dict[str, Any]:
    return {"done": done, "expected": expected}


@register.filter
def entry(mapping: dict[Any, Any], key: object) -> object:
    """`mapping[key]` or None."""
    return mapping.get(key)
