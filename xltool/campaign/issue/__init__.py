"""What is sent out: templates written for each department, sealed and on record."""
