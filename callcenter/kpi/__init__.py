"""From call records to measures and report tables, pure.

Formulas and their sources: docs/kpi.md.
"""
