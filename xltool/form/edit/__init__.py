"""What people who own a form may change in it without YAML, and how it is put into the file with nothing else touched."""
