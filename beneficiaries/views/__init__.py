"""The pages of people, cases and users: each view reads the request, calls one service and answers."""
