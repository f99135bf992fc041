"""Panels of rebates; registered for partners' pages."""
