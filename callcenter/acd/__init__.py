"""The floor, pure: calls, queues, agents, skills and their matching.

Events in; facts and commands out. What others use stands here: the floor, its plan, the words of
events, facts and commands. How it is done, by topic: matching, agents, calls, talks, restart.
"""
