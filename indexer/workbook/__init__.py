"""The knowledge as a workbook that is sent round for comment, and what came back of it. openpyxl's second door."""
