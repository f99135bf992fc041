"""Queueing from any role: the restricted roles reach Procrastinate's tables only through these."""

from __future__ import annotations

from django.db import migrations

QUEUE_RUN = """
CREATE FUNCTION yunhe_queue_run(run uuid, queue text, run_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM procrastinate_defer_jobs_v1(ARRAY[ROW(queue, 'yunhe.run', 0, run::text, NULL,
        jsonb_build_object('run', run), run_at)::procrastinate_job_to_defer_v1]);
END $$;
"""

ENQUEUE = """
CREATE FUNCTION yunhe_enqueue(run uuid, job_name text, queue text, run_key text, run_title text,
    args jsonb, may_cancel boolean, run_at timestamptz) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE open_run uuid;
BEGIN
    FOR attempt IN 1..3 LOOP
        INSERT INTO jobs_jobrun (id, job, key, title, arguments, user_id, state, done, failed, message,
                error, result, cancellable, cancel_requested, attempts, created_at)
        VALUES (run, job_name, run_key, left(run_title, 200), args, yunhe_user(), 'queued', 0, 0, '',
                '', '{}', may_cancel, false, 0, now())
        ON CONFLICT DO NOTHING;
        IF FOUND THEN
            PERFORM yunhe_queue_run(run, queue, run_at);
            RETURN run;
        END IF;
        SELECT id INTO open_run FROM jobs_jobrun
         WHERE job = job_name AND key = run_key AND state IN ('queued', 'running');
        IF FOUND THEN
            RETURN open_run;
        END IF;
    END LOOP;
    RAISE EXCEPTION 'run % could not be queued', run;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_initial"),
        ("access", "0003_database_objects"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = [
        migrations.RunSQL(QUEUE_RUN, "DROP FUNCTION yunhe_queue_run"),
        migrations.RunSQL(ENQUEUE, "DROP FUNCTION yunhe_enqueue"),
    ]
