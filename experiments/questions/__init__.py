"""What planners ask of runs: by how much scenarios differ, which targets they hit, and why; each answered with tables."""
