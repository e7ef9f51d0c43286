"""An approved report never changes, and nobody who wrote in a report disappears from `written_by`: by trigger, so that
neither can be rewritten with the application's own rights."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION hztargets_report_keeps_its_past() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'approved' AND NEW IS DISTINCT FROM OLD THEN
            RAISE EXCEPTION 'an approved report is never changed; a correction is a new version'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'report_approved_stays';
        END IF;
        IF (NEW.document_id, NEW.goal_id, NEW.period_id, NEW.version, NEW.created_by_id, NEW.created_at)
            IS DISTINCT FROM
            (OLD.document_id, OLD.goal_id, OLD.period_id, OLD.version, OLD.created_by_id, OLD.created_at) THEN
            RAISE EXCEPTION 'what a report is about, who started it and when never changes'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'report_origin_stays';
        END IF;
        NEW.written_by := OLD.written_by || NEW.written_by;
    END IF;
    NEW.written_by := ARRAY(
        SELECT DISTINCT writer FROM unnest(NEW.written_by || NEW.created_by_id || NEW.submitted_by_id) writer
        WHERE writer IS NOT NULL ORDER BY writer
    );
    RETURN NEW;
END
$$;
CREATE TRIGGER report_keeps_its_past BEFORE INSERT OR UPDATE ON hztargets_report
    FOR EACH ROW EXECUTE FUNCTION hztargets_report_keeps_its_past();
"""
BACKWARD = """
DROP TRIGGER report_keeps_its_past ON hztargets_report;
DROP FUNCTION hztargets_report_keeps_its_past();
"""


class Migration(migrations.Migration):
    dependencies = [("hztargets", "0002_audit_trail")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
