"""What goes to departments in words: letters, reminders, announcements."""
