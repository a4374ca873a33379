"""The communes: the agent, the rules it follows, and the census of all of them, averages beside the lowest decile."""
