"""What the database itself guarantees: balanced entries, nothing changed later, closed periods."""

from __future__ import annotations

from django.db import migrations

BALANCED = """
CREATE FUNCTION ledger_check_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    total numeric;
    lines integer;
    receivable numeric;
    owed numeric;
BEGIN
    SELECT count(*), coalesce(sum(l.amount), 0), coalesce(sum(l.amount) FILTER (WHERE l.account = 'receivable'), 0)
      INTO lines, total, receivable FROM ledger_line l WHERE l.entry_id = NEW.id;
    IF lines < 2 OR total <> 0 OR receivable <> NEW.amount THEN
        RAISE EXCEPTION 'entry % is not balanced: % lines, sum %, receivable % of %',
            NEW.id, lines, total, receivable, NEW.amount
            USING ERRCODE = '23514', CONSTRAINT = 'ledger_entry_balanced';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_balanced AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_entry();

CREATE FUNCTION ledger_check_line() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT coalesce(sum(l.amount), 0) FROM ledger_line l WHERE l.entry_id = NEW.entry_id) <> 0 THEN
        RAISE EXCEPTION 'entry % is not balanced', NEW.entry_id
            USING ERRCODE = '23514', CONSTRAINT = 'ledger_entry_balanced';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_line_balanced AFTER INSERT ON ledger_line
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_line();
"""

FINAL = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: correct it with a new entry' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER ledger_entry_final BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_line_final BEFORE UPDATE OR DELETE ON ledger_line
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_match_final BEFORE UPDATE OR DELETE ON ledger_match
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
"""

CLOSED = """
CREATE FUNCTION ledger_first_open_day(entity bigint, wanted date) RETURNS date STABLE LANGUAGE sql AS
$$ SELECT greatest(wanted, (SELECT max(c.until) + 1 FROM ledger_closing c WHERE c.entity_id = entity)) $$;

CREATE FUNCTION ledger_check_open() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF ledger_first_open_day(NEW.entity_id, NEW."on") <> NEW."on" THEN
        RAISE EXCEPTION 'the books are closed on %', NEW."on"
            USING ERRCODE = '23514', CONSTRAINT = 'ledger_period_open';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_entry_open BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_check_open();
"""

MAIN = """
INSERT INTO ledger_legalentity (code, name, name_en) VALUES ('MAIN', '本公司', 'Our company');
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("capacity", "0002_functions")]
    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (BALANCED, FINAL, CLOSED, MAIN)
    ]
