"""What people read: every sentence in both languages, and what the commands print."""
