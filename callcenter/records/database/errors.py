"""What is raised where records can't be used."""


class RecordsError(Exception):
    """The records can't be used as they are; the text tells the remedy."""
