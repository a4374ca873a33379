"""Known limits and stylised facts: the model held against closed forms and published numbers."""
