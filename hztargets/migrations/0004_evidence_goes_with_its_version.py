"""Evidence comes and goes only while its report is a draft or returned, and its content is the file that is listed."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION hztargets_evidence_goes_with_its_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'evidence is never changed';
    END IF;
    PERFORM 1 FROM hztargets_report
        WHERE id = (CASE TG_OP WHEN 'INSERT' THEN NEW.report_id ELSE OLD.report_id END)
        AND state IN ('draft', 'returned');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'evidence comes and goes only while its report is a draft or returned';
    END IF;
    RETURN CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END;
END
$$;
CREATE TRIGGER evidence_goes_with_its_version BEFORE INSERT OR UPDATE OR DELETE ON hztargets_evidence
    FOR EACH ROW EXECUTE FUNCTION hztargets_evidence_goes_with_its_version();

CREATE FUNCTION hztargets_evidence_content_is_what_was_listed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    listed hztargets_evidence%ROWTYPE;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'evidence is never changed';
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM 1 FROM hztargets_report JOIN hztargets_evidence ON hztargets_report.id = report_id
            WHERE hztargets_evidence.id = OLD.evidence_id AND state IN ('draft', 'returned');
        IF NOT FOUND THEN
            RAISE EXCEPTION 'evidence comes and goes only while its report is a draft or returned';
        END IF;
        RETURN OLD;
    END IF;
    SELECT * INTO listed FROM hztargets_evidence WHERE id = NEW.evidence_id;
    IF listed.size <> length(NEW.data) OR listed.sha256 <> encode(sha256(NEW.data), 'hex') THEN
        RAISE EXCEPTION 'the content is not the file that is listed';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER evidence_content_is_what_was_listed BEFORE INSERT OR UPDATE OR DELETE ON hztargets_evidencecontent
    FOR EACH ROW EXECUTE FUNCTION hztargets_evidence_content_is_what_was_listed();

-- What people attach is compressed already.
ALTER TABLE hztargets_evidencecontent ALTER COLUMN data SET STORAGE EXTERNAL;
"""
BACKWARD = """
DROP TRIGGER evidence_content_is_what_was_listed ON hztargets_evidencecontent;
DROP FUNCTION hztargets_evidence_content_is_what_was_listed();
DROP TRIGGER evidence_goes_with_its_version ON hztargets_evidence;
DROP FUNCTION hztargets_evidence_goes_with_its_version();
"""


class Migration(migrations.Migration):
    dependencies = [("hztargets", "0003_reports_keep_their_past")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
