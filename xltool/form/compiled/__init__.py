"""A form with every name resolved and every formula typed; what an author gets wrong is told by line."""
