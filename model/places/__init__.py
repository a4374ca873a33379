"""Places: a province or the country as its profile, targets and geography give it, with what is missing imputed by rule."""
