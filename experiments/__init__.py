"""Many runs of the model, and everything that is read from their tables."""
