"""Migrations of the tables, one file for each change, from the first table on."""
