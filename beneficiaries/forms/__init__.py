"""The forms of people, cases and users."""
