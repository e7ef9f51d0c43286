from hztargets.domain.changes import FieldChange, changes_between


def test_changed_fields_in_the_order_of_the_form() -> None:
    before = {"value": "34.250000", "note": "到位项目3个", "cause": "推迟", "expected_on": "2024-11-30"}
    after = {"note": "到位项目4个 ", "value": "38", "cause": "推迟", "is_restated": "True"}

    assert changes_between(before, after) == (
        FieldChange("value", "34.25", "38"),
        FieldChange("is_restated", "", "True"),
        FieldChange("note", "到位项目3个", "到位项目4个"),
        FieldChange("expected_on", "2024-11-30", ""),
    )


def test_the_same_figure_in_other_digits_is_no_change() -> None:
    before = {"value": "34.5", "comparator": "0", "note": "a"}
    assert changes_between(before, {"value": "34.500000", "comparator": "0.000000", "note": " a"}) == ()
    assert changes_between({"value": "1000"}, {"value": "1E+3"}) == ()
