"""Database roles, scope functions and the trigger that keeps node paths."""

from __future__ import annotations

from django.db import migrations

ROLES = """
DO $$
DECLARE wanted text;
BEGIN
    -- roles belong to the whole server: two databases may create them at the same moment
    PERFORM pg_advisory_xact_lock(hashtext('yunhe_roles'));
    FOREACH wanted IN ARRAY ARRAY['yunhe_scoped', 'yunhe_wide'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
            END;
        END IF;
        IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
        END IF;
    END LOOP;
END $$;
GRANT USAGE ON SCHEMA public TO yunhe_scoped, yunhe_wide;
"""

FUNCTIONS = """
CREATE FUNCTION yunhe_user() RETURNS bigint STABLE PARALLEL SAFE LANGUAGE sql AS
$$ SELECT nullif(current_setting('yunhe.user', true), '')::bigint $$;

CREATE FUNCTION yunhe_nodes() RETURNS bigint[] STABLE PARALLEL SAFE LANGUAGE sql AS
$$ SELECT coalesce(nullif(current_setting('yunhe.nodes', true), ''), '{}')::bigint[] $$;

CREATE FUNCTION yunhe_ancestors() RETURNS bigint[] STABLE PARALLEL SAFE LANGUAGE sql AS
$$ SELECT coalesce(nullif(current_setting('yunhe.ancestors', true), ''), '{}')::bigint[] $$;

-- Bind the transaction to a user: restricted role, visible nodes, read-only. Returns who it is.
CREATE FUNCTION yunhe_enter(who bigint, read_only boolean) RETURNS jsonb VOLATILE LANGUAGE plpgsql AS $$
DECLARE
    account record;
    held jsonb;
    paths ltree[];
    is_wide boolean;
BEGIN
    SELECT u.name, u.is_active INTO account FROM accounts_user u WHERE u.id = who;
    IF account.is_active THEN
        SELECT coalesce(jsonb_agg(jsonb_build_object('role', g.role, 'node_id', n.id,
                   'path', n.path::text, 'kind', n.kind) ORDER BY nlevel(n.path), g.id), '[]'),
               array_agg(n.path), coalesce(bool_or(n.parent_id IS NULL), false)
          INTO held, paths, is_wide
          FROM access_grant g JOIN access_node n ON n.id = g.node_id WHERE g.user_id = who;
    END IF;
    PERFORM set_config('yunhe.user', coalesce(who::text, ''), true),
            set_config('yunhe.nodes', CASE WHEN is_wide OR paths IS NULL THEN '{}' ELSE coalesce(
                (SELECT array_agg(id) FROM access_node WHERE path <@ paths), '{}')::text END, true),
            set_config('yunhe.ancestors', CASE WHEN paths IS NULL THEN '{}' ELSE coalesce(
                (SELECT array_agg(id) FROM access_node WHERE path @> ANY (paths)), '{}')::text END, true);
    IF read_only THEN
        PERFORM set_config('transaction_read_only', 'on', true);
    END IF;
    PERFORM set_config('role', CASE WHEN is_wide THEN 'yunhe_wide' ELSE 'yunhe_scoped' END, true);
    RETURN jsonb_build_object('name', account.name, 'active', coalesce(account.is_active, false),
        'wide', coalesce(is_wide, false), 'grants', coalesce(held, '[]'));
END $$;
"""

PATHS = """
CREATE FUNCTION access_node_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above ltree;
BEGIN
    IF NEW.parent_id IS NULL THEN
        NEW.path := NEW.id::text::ltree;
    ELSE
        SELECT path INTO STRICT above FROM access_node WHERE id = NEW.parent_id;
        IF above <@ OLD.path THEN
            RAISE EXCEPTION 'node % cannot be moved below itself', NEW.id USING ERRCODE = '23514';
        END IF;
        NEW.path := above || NEW.id::text;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION access_node_place_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.path := coalesce((SELECT path FROM access_node WHERE id = NEW.parent_id) || NEW.id::text,
                         NEW.id::text::ltree);
    RETURN NEW;
END $$;

CREATE FUNCTION access_node_carry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE access_node SET path = NEW.path || subpath(path, nlevel(OLD.path))
     WHERE path <@ OLD.path AND id <> NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER access_node_insert BEFORE INSERT ON access_node
    FOR EACH ROW EXECUTE FUNCTION access_node_place_new();
CREATE TRIGGER access_node_move BEFORE UPDATE OF parent_id ON access_node
    FOR EACH ROW WHEN (OLD.parent_id IS DISTINCT FROM NEW.parent_id)
    EXECUTE FUNCTION access_node_place();
CREATE TRIGGER access_node_moved AFTER UPDATE OF parent_id ON access_node
    FOR EACH ROW WHEN (OLD.path::text IS DISTINCT FROM NEW.path::text)
    EXECUTE FUNCTION access_node_carry();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_initial")]
    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (ROLES, FUNCTIONS, PATHS)
    ]
