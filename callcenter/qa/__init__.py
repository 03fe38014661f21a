"""Load and fault tools for QA engineers: SIPp runs, scripted agents, benchmarks."""
