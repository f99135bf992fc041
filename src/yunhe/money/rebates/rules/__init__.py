"""The rule kind `rebate` of policies: its definition, form, sentences and compiler checks."""
