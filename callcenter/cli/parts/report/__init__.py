"""Parts of `callcenter report`, and how its tables are shown."""
