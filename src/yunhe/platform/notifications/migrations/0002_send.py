"""The function that writes messages to many people at once, from any role."""

from __future__ import annotations

from django.db import migrations

SEND = """
CREATE FUNCTION notifications_send(recipients bigint[], of_kind text, title text, title_en text,
    body text, body_en text, url text, key text, mail_default boolean, required boolean,
    at timestamptz, OUT created bigint, OUT mails bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH asked AS (
        SELECT u.id,
               required OR coalesce(p.in_app, true) AS in_app,
               u.email <> '' AND (CASE WHEN required THEN mail_default
                                       ELSE coalesce(p.email, mail_default) END) AS mail
          FROM (SELECT DISTINCT unnest(recipients) AS id) wanted
          JOIN accounts_user u ON u.id = wanted.id AND u.is_active
          LEFT JOIN notifications_preference p ON p.user_id = u.id AND p.kind = of_kind),
    written AS (
        INSERT INTO notifications_notification (user_id, kind, title, title_en, body, body_en, url,
               dedupe_key, created_at, read_at, email_state)
        -- wanted by mail only: kept in the list, but not counted by the bell
        SELECT id, of_kind, title, title_en, body, body_en, url, key, at,
               CASE WHEN in_app THEN NULL ELSE at END, CASE WHEN mail THEN 'due' ELSE '' END
          FROM asked WHERE in_app OR mail ORDER BY id
        ON CONFLICT (user_id, dedupe_key) WHERE dedupe_key <> '' DO NOTHING
        RETURNING email_state)
    SELECT count(*), count(*) FILTER (WHERE email_state = 'due') FROM written
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial"), ("accounts", "0001_initial")]
    operations = [migrations.RunSQL(SEND, migrations.RunSQL.noop)]
