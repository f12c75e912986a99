"""Signatures of the office on papers: the key and its certificates, PAdES in and out, what was signed, schedules of vouchers."""
