"""The enterprises: their columns, their founding, and the rules they follow.

Rules (`digital`, `innovation`, `production`, `demography`) are pure, element-wise functions of named quantities: they give
the same answer for one enterprise as for a column of them. `columns` keeps the state and `founding` fills it; `adoption`,
`discovery` and `market` are what enterprises do in a quarter: they call the rules in order and commit what they decide.
"""
