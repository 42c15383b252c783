"""The panes: widgets that draw lines and post messages. A pane knows no other pane; the screen links them."""
