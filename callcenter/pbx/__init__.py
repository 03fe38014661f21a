"""One Asterisk: sessions (ARI, AMI), the node that runs it, deployment.

Only here are aioari and pyst2 imported.
"""
