"""Bytes in and out, without meaning: where captures come from, and how their files are laid out."""
