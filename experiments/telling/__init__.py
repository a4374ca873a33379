"""What the commands that ask a question print: one module each, with `body(answer)` for JSON and `lines(answer, language)`."""
