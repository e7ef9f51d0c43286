from django.db import migrations

FORWARD = """
CREATE FUNCTION hztargets_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are never changed or deleted';
END
$$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON hztargets_auditevent
    FOR EACH ROW EXECUTE FUNCTION hztargets_audit_is_append_only();
"""
BACKWARD = """
DROP TRIGGER audit_is_append_only ON hztargets_auditevent;
DROP FUNCTION hztargets_audit_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("hztargets", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
