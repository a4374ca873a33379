"""The government: a budget, and what becomes of it.

Money: `budget` (rules), `plan` (a year's accounts), `treasury` (pays, closes), `ledger` (where every dong went). What it
becomes: `delivery`, `pipeline`, `platforms`, `infrastructure`, `instruments`, `programme` (stocks). `agent` holds all of it
together, and `effects` is the only record that the others may look at.
"""
