"""Many runs under shared luck: what is planned, where it runs, what each run found, and what all of them say together."""
