"""Kiosk, the attendance system: the floor plan.

domain    plain Python: codes, windows, arrivals, permissions. No Flask, no database, no clock.
store     tables with their rights, engines that refuse the rest, doors that hand out domain values.
imports   the university's CSV files: read, compared, staged, applied all or nothing.
web       Flask plumbing all wings are built from. Knows no wing.
display   wing 1: a paired screen. Shows a code; cannot read a person.
checkin   wing 2: students, with any browser.
admin     wing 3: staff, each with a role and a scope.

Importing this package imports nothing.
"""
