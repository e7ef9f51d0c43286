"""The OpenAPI description and its page."""

from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from rest_framework.test import APIClient

METHODS = {
    "/api/v1/assessments/": ["get"],
    "/api/v1/assessments/{id}/": ["get"],
    "/api/v1/board/": ["get"],
    "/api/v1/departments/": ["get"],
    "/api/v1/departments/{id}/": ["get"],
    "/api/v1/documents/": ["get"],
    "/api/v1/documents/{id}/": ["get"],
    "/api/v1/flags/": ["get"],
    "/api/v1/flags/{id}/": ["get"],
    "/api/v1/goals/": ["get"],
    "/api/v1/goals/{id}/": ["get"],
    "/api/v1/notices/": ["get"],
    "/api/v1/notices/{id}/": ["get"],
    "/api/v1/periods/": ["get"],
    "/api/v1/periods/{id}/": ["get"],
    "/api/v1/reports/": ["get", "post"],
    "/api/v1/reports/{id}/": ["get", "patch"],
    "/api/v1/reports/{id}/approve/": ["post"],
    "/api/v1/reports/{id}/correct/": ["post"],
    "/api/v1/reports/{id}/endorse/": ["post"],
    "/api/v1/reports/{id}/return/": ["post"],
    "/api/v1/reports/{id}/submit/": ["post"],
    "/api/v1/reports/{id}/withdraw/": ["post"],
    "/api/v1/reports/{report_id}/evidence/": ["get", "post"],
    "/api/v1/reports/{report_id}/evidence/{evidence_id}/": ["get", "delete"],
    "/api/v1/reports/preview/": ["post"],
}


@pytest.fixture
def schema(db: None) -> dict[str, Any]:
    answer = APIClient().get("/api/v1/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json")
    described: dict[str, Any] = answer.json()
    return described


def test_schema_is_valid_and_without_warnings(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_schema_describes_every_address_and_method(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.")
    assert {path: list(methods) for path, methods in schema["paths"].items()} == METHODS


def test_schema_says_what_filing_takes_and_how_it_fails(schema: dict[str, Any]) -> None:
    filing = schema["paths"]["/api/v1/reports/"]["post"]

    assert filing["security"] == [{"tokenAuth": []}, {"cookieAuth": []}]
    assert sorted(filing["responses"]) == [
        "201", "400", "401", "403", "404", "406", "409", "413", "415", "422", "429",
    ]  # fmt: skip
    assert filing["responses"]["422"] == {
        "description": "Well-formed, but the figure or text cannot be accepted.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    taken = schema["components"]["schemas"]["NewReport"]
    assert taken["required"] == ["goal", "period"]
    assert sorted(taken["properties"]) == [
        "cause", "comparator", "document", "done_on", "expected_on", "goal", "nil", "note", "period", "remedy",
        "restated", "submit", "value",
    ]  # fmt: skip


def test_docs_page_loads_nothing_from_elsewhere(db: None) -> None:
    page = APIClient().get("/api/v1/docs/").content.decode()

    assert "https://" not in page
    assert "http://" not in page
    assert "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js" in page
    assert finders.find("drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js") is not None
