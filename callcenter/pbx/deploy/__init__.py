"""From a site to the configuration of a node: made, checked, swapped, read, undone."""
