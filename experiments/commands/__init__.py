"""The commands of `pillars`, one module each.

A module has `add(parser)`, which declares its arguments, and `main(arguments)`, which does the work and returns the exit
code; it imports what is heavy only inside `main`. A new command is a new module and its name here, with the messages
`help.NAME` and `help.NAME.more`.
"""

COMMANDS = ("run", "sweep", "compare", "targets", "explain", "check", "verify", "schema", "profile", "completion")
