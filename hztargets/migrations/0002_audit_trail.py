"""Audit events are never changed or deleted, and are linked in a hash chain. Hashed content and order of the fields: see
hztargets/queries/audit/chain.py.

An event is linked when its transaction commits, in two steps. First a deferred trigger notes the arrival; the trigger
on that note is queued behind every other deferred check (foreign keys above all) and only then takes the chain's lock.
So the lock is the last thing a transaction waits for: no deadlock with row locks, and a long import holds nobody up.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION hztargets_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are never changed or deleted';
END
$$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON hztargets_auditevent
    FOR EACH ROW EXECUTE FUNCTION hztargets_audit_is_append_only();

CREATE FUNCTION hztargets_audit_hash(place bigint, previous text, event hztargets_auditevent) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT encode(sha256(convert_to(array_to_json(ARRAY[
        place::text, previous, event.id::text, to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        event.by_id::text, event.action::text, event.object_type::text, event.object_id::text,
        event.before::text, event.after::text, event.reason, event.request_id::text, host(event.address)
    ])::text, 'UTF8')), 'hex')
$$;

-- Always empty outside a commit.
CREATE UNLOGGED TABLE hztargets_auditarrival (event_id bigint PRIMARY KEY);

CREATE FUNCTION hztargets_audit_arrives() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO hztargets_auditarrival VALUES (NEW.id);
    RETURN NULL;
END
$$;

CREATE FUNCTION hztargets_audit_link(event hztargets_auditevent) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last hztargets_auditlink;
    place bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(716203518);
    SELECT * INTO last FROM hztargets_auditlink ORDER BY sequence DESC LIMIT 1;
    place := coalesce(last.sequence, 0) + 1;
    INSERT INTO hztargets_auditlink (sequence, event_id, hash)
        VALUES (place, event.id, hztargets_audit_hash(place, coalesce(last.hash, ''), event));
END
$$;

CREATE FUNCTION hztargets_audit_joins() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM hztargets_auditarrival WHERE event_id = NEW.event_id;
    PERFORM hztargets_audit_link(event) FROM hztargets_auditevent event WHERE id = NEW.event_id;
    RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION hztargets_audit_link(hztargets_auditevent) FROM PUBLIC;

CREATE CONSTRAINT TRIGGER audit_arrives AFTER INSERT ON hztargets_auditevent
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hztargets_audit_arrives();
CREATE CONSTRAINT TRIGGER audit_joins AFTER INSERT ON hztargets_auditarrival
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hztargets_audit_joins();

CREATE TRIGGER audit_link_is_append_only BEFORE UPDATE OR DELETE ON hztargets_auditlink
    FOR EACH ROW EXECUTE FUNCTION hztargets_audit_is_append_only();
CREATE TRIGGER audit_is_not_truncated BEFORE TRUNCATE ON hztargets_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION hztargets_audit_is_append_only();
CREATE TRIGGER audit_link_is_not_truncated BEFORE TRUNCATE ON hztargets_auditlink
    FOR EACH STATEMENT EXECUTE FUNCTION hztargets_audit_is_append_only();
"""
BACKWARD = """
DROP TRIGGER audit_link_is_not_truncated ON hztargets_auditlink;
DROP TRIGGER audit_is_not_truncated ON hztargets_auditevent;
DROP TRIGGER audit_link_is_append_only ON hztargets_auditlink;
DROP TRIGGER audit_arrives ON hztargets_auditevent;
DROP TABLE hztargets_auditarrival;
DROP FUNCTION hztargets_audit_joins();
DROP FUNCTION hztargets_audit_arrives();
DROP FUNCTION hztargets_audit_link(hztargets_auditevent);
DROP FUNCTION hztargets_audit_hash(bigint, text, hztargets_auditevent);
DROP TRIGGER audit_is_append_only ON hztargets_auditevent;
DROP FUNCTION hztargets_audit_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("hztargets", "0001_tables")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
