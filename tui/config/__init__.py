"""The user's configuration, and what is remembered from one run to the next.

`settings` has THE table; `reader` makes a `Config` of a file, `printer` a file of the settings in force. What
is remembered without being asked for is no configuration: `recent`. Nothing here imports Textual.
"""
