"""Who can serve whom, and who is best: pools of queues, ranked agents, lines of calls."""
