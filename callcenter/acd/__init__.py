"""The floor, pure: calls, queues, agents, skills and their matching.

Events in; facts and commands out.
"""
