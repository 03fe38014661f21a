"""From a site to the text of Asterisk's files, pure: the same site gives the same bytes."""
