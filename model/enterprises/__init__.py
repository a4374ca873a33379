"""The enterprises: their columns, their founding, and the rules they follow.

Rules (`digital`, `innovation`, `production`, `demography`) are pure, element-wise functions of named quantities: they give
the same answer for one enterprise as for a column of them. `columns` keeps the state, `founding` fills it, `observation`
looks at the others, `conduct` calls the rules in the order of the quarter and commits what they decide.
"""
