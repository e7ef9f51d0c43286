"""The filing sheet: one row a goal, the same grid as a workbook and as CSV."""
