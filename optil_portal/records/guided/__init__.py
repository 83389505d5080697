"""Guided changes: a form that changes many records at once, looked at before it is carried out as one step.

To look is to carry it out and take it back: so the rules of the database, the differences and the rights on each record
that it touches are those of the change itself, and no guide has to tell them.
"""
