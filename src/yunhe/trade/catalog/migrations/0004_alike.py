"""SKUs whose search key is like a word by trigrams, through the trigram index.

Of the word's trigrams half must be found: one slip in eight letters leaves more than half. The limit is
the function's own, so that no connection need know it.
"""

from __future__ import annotations

from django.db import migrations

ALIKE = """
CREATE FUNCTION catalog_alike(sound text) RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE SET pg_trgm.word_similarity_threshold = 0.5 AS $$
    SELECT id FROM catalog_sku WHERE search_key %> sound
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_depth")]
    operations = [migrations.RunSQL(ALIKE, "DROP FUNCTION catalog_alike(text)")]
