"""The palette of everything we write, workbooks sent out and reports alike. Imports nothing of ours.

A newcomer would choose a colour where it is used: red then means three things.
"""

SONG, HEI = "宋体", "黑体"
GRID, RULE, HEADER_FILL, LABEL_FILL = "#A6A6A6", "#4472A8", "#DCE6F1", "#F3F6FA"
RED, AMBER, GREEN, GREY, BLUE = "#B00020", "#9C5700", "#1E6B34", "#595959", "#0B5394"
RED_FILL, YELLOW_FILL = "#FFC7CE", "#FFEB9C"
"""Of marks in a department's own file and of states in reports: the colours Excel itself uses for bad and neutral."""
INPUT_FILL, COMPUTED_FILL = "#FFFBE0", "#EFEFEF"
BROKEN_FILL, OPEN_FILL = "#FAD4D4", "#FFE9A8"
"""Of a workbook sent out, while it is filled in: a cell in question, a cell still to fill."""
