"""The journal's way into the tables: batch by batch, each fact once, hours counted beside."""
