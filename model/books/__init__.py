"""The books: output, growth accounting, who entered and left, and every outcome in its one home.

`accounts` and `turnover` are pure; `returns` is what a place hands in, `measures` turns returns into outcomes (defined in
outcomes.yaml), and `yearbook` keeps them.
"""
