"""The reading room: what a planner writes becomes a checked scenario, or a list of everything that is wrong with it.

From the file inwards: `loading` reads YAML and trusts nothing, `nodes` remember line and column, `scalars`, `units` and `doors`
read one entry, `scenario_file` and `data_files` are the forms, `validating` holds a tree to its form, `inheritance` lays a
scenario over its parents, `assembly` puts everything together and `policy` lays dated paths out year by year. `problems` is
the catalogue of what can be wrong. `checking`, `schema` and `writing` serve whole folders, editors, and the way back to a file.
"""
