"""Saving packets of a session: which ones, what goes with them, and how they are copied."""
