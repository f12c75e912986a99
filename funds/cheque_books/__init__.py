"""Cheque books of a fund: their leaves, what is drawn on them, what becomes of the paper."""
