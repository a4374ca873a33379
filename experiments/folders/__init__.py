"""What a run leaves on disk, whole or not at all, and how it is read back, checked and run again."""
