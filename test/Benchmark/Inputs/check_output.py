"""check_output.py JSON ROWS [SVG]: every row was timed and its result checked; the SVG is well-formed, with a mark per row."""
import json
import sys
import xml.etree.ElementTree

path, count, *picture = sys.argv[1:]
with open(path) as file:
    rows = json.load(file)["rows"]
assert len(rows) == int(count), rows
for row in rows:
    assert row["error"] is None and row["check"] and row["ratio"] == 1, row
    assert 0 < row["best_us"] <= row["p50_us"] and row["noise"] >= 0, row
if picture:
    marks = xml.etree.ElementTree.parse(picture[0]).findall(".//{*}circle/{*}title")
    assert len(marks) == len(rows), len(marks)
