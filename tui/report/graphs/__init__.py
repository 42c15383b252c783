"""Graphs of a connection or a capture: points from the columns, scales, and files to write them to.

Nothing here draws on a terminal; tui/panes/plot.py does.
"""
