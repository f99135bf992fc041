"""Foreign keys of facts, checked once per statement instead of once per row and key."""

from __future__ import annotations

from django.db import migrations

CREATE = """
CREATE FUNCTION sales_check_references() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE missing bigint;
BEGIN
    -- a key-share lock on each parent, as a foreign key takes it: nobody deletes it meanwhile
    PERFORM 1 FROM access_node WHERE id IN
        (SELECT node_id FROM fresh UNION SELECT counterparty_id FROM fresh) FOR KEY SHARE;
    PERFORM 1 FROM catalog_sku WHERE id IN (SELECT sku_id FROM fresh) FOR KEY SHARE;
    SELECT k.id INTO missing
      FROM (SELECT node_id AS id FROM fresh UNION SELECT counterparty_id FROM fresh) k
     WHERE k.id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM access_node n WHERE n.id = k.id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'sales fact refers to node %, which does not exist', missing
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    SELECT k.id INTO missing FROM (SELECT DISTINCT sku_id AS id FROM fresh) k
     WHERE NOT EXISTS (SELECT 1 FROM catalog_sku s WHERE s.id = k.id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'sales fact refers to SKU %, which does not exist', missing
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    SELECT f.corrects_id INTO missing FROM fresh f
     WHERE f.corrects_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM sales_salesfact o WHERE o.id = f.corrects_id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'sales fact corrects %, which does not exist', missing
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER sales_fact_references AFTER INSERT ON sales_salesfact
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION sales_check_references();

CREATE FUNCTION sales_keep_referenced() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'access_node' THEN
        PERFORM 1 FROM sales_salesfact WHERE node_id = OLD.id OR counterparty_id = OLD.id LIMIT 1;
    ELSE
        PERFORM 1 FROM sales_salesfact WHERE sku_id = OLD.id LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION '% % has sales facts', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER sales_keeps_node AFTER DELETE ON access_node
    FOR EACH ROW EXECUTE FUNCTION sales_keep_referenced();
CREATE TRIGGER sales_keeps_sku AFTER DELETE ON catalog_sku
    FOR EACH ROW EXECUTE FUNCTION sales_keep_referenced();
"""
DROP = """
DROP TRIGGER sales_keeps_sku ON catalog_sku;
DROP TRIGGER sales_keeps_node ON access_node;
DROP FUNCTION sales_keep_referenced();
DROP TRIGGER sales_fact_references ON sales_salesfact;
DROP FUNCTION sales_check_references();
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
