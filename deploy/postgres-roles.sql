-- The log's roles in PostgreSQL: who may do what with its tables. Nobody else may do anything.
--
-- Run it as the owner of the tables, after a first start has made them, and again after every update:
--   psql --set ON_ERROR_STOP=1 --file deploy/postgres-roles.sql ustaz
-- Then give each login its role:
--   CREATE ROLE ustaz_web LOGIN IN ROLE ustaz_app, ustaz_sequencer;   -- a serving process does both
--   CREATE ROLE inspector LOGIN IN ROLE ustaz_auditor;
--   CREATE ROLE ustaz_daily LOGIN IN ROLE ustaz_app, ustaz_keeper;    -- for a daily `ustaz audit retention`
-- The owner itself signs in for updates of the schema only.

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['ustaz_app', 'ustaz_sequencer', 'ustaz_auditor', 'ustaz_keeper'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        END IF;
    END LOOP;
END $$;

-- A look by the auditor's role leaves a line in the server's own log, which no rollback takes back.
CREATE OR REPLACE FUNCTION ustaz_noted(looked_at text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RAISE LOG 'ustaz audit_read: role=% view=% query=%', session_user, looked_at, current_query();
    RETURN true;
END $$;

CREATE OR REPLACE VIEW ustaz_records AS
    SELECT r.record_id, r.kind, r.exchange_id, r.school, r.pseudonym, r.outcome, r.language, r.entry_id,
           r.conversation_id, r.rail, r.instance_id, r.lane, r.sequence, r.created_at, r.body, r.leaf_hash
    FROM (SELECT ustaz_noted('ustaz_records') AS noted OFFSET 0) n CROSS JOIN audit_record r WHERE n.noted;
CREATE OR REPLACE VIEW ustaz_leaves AS
    SELECT l.leaf_index, l.record_id, l.leaf_hash
    FROM (SELECT ustaz_noted('ustaz_leaves') AS noted OFFSET 0) n CROSS JOIN audit_leaf l WHERE n.noted;
CREATE OR REPLACE VIEW ustaz_checkpoints AS
    SELECT c.size, c.root, c.note, c.created_at
    FROM (SELECT ustaz_noted('ustaz_checkpoints') AS noted OFFSET 0) n CROSS JOIN audit_checkpoint c WHERE n.noted;

DO $$
DECLARE
    t text;
    everybody text := 'ustaz_app, ustaz_sequencer, ustaz_auditor, ustaz_keeper';
    tree text[] := ARRAY['audit_leaf', 'audit_node', 'audit_checkpoint'];
BEGIN
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', current_schema());
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', current_schema(), everybody);
    EXECUTE 'REVOKE ALL ON FUNCTION ustaz_noted(text) FROM PUBLIC';
    EXECUTE 'GRANT EXECUTE ON FUNCTION ustaz_noted(text) TO ustaz_auditor';
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, %s', t, everybody);
        IF t LIKE 'audit\_%' THEN
            EXECUTE format('GRANT SELECT ON %I TO ustaz_app, ustaz_keeper', t);
            IF NOT t = ANY (tree) THEN
                EXECUTE format('GRANT INSERT ON %I TO ustaz_app', t);
            END IF;
        ELSIF t = 'alembic_version' THEN
            EXECUTE format('GRANT SELECT ON %I TO ustaz_app', t);
        ELSE
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO ustaz_app', t);
        END IF;
    END LOOP;
END $$;

-- Unfinished work leaves the app's lists when it is done, a trouble when it is over; a kept search is dropped; a deleted key is an erasure. A column of audit_open may
-- be "updated" because PostgreSQL asks for it before a row can be locked; its trigger refuses a real update.
GRANT DELETE ON audit_journal, audit_open, audit_key, audit_query, audit_anchor_trouble TO ustaz_app;
GRANT UPDATE (opened_at) ON audit_open TO ustaz_app;
GRANT UPDATE ON audit_lane, audit_instance TO ustaz_app;
GRANT DELETE ON audit_lane TO ustaz_app;

GRANT SELECT ON audit_record, audit_pending, audit_leaf, audit_node, audit_checkpoint TO ustaz_sequencer;
GRANT INSERT ON audit_pending, audit_leaf, audit_node, audit_checkpoint TO ustaz_sequencer;
GRANT DELETE ON audit_pending TO ustaz_sequencer;

-- Retention: keys and wrapping keys that are over; records only where audit_pruned covers them (the trigger).
GRANT DELETE ON audit_key, audit_wrapping_key, audit_record, audit_sealed, audit_index TO ustaz_keeper;

REVOKE ALL ON ustaz_records, ustaz_leaves, ustaz_checkpoints FROM PUBLIC;
GRANT SELECT ON ustaz_records, ustaz_leaves, ustaz_checkpoints TO ustaz_auditor;
