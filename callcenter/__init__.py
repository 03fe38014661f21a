"""A call-centre engine on Asterisk: one YAML site to a working hotline."""
