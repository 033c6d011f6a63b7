"""check_report.py REPORT SITES DESCRIBE: a report, `quant-run --compare-sites=REF --json` and `quant-run
--describe` of one compilation agree."""
import json
import sys

report, sites = (json.load(open(path)) for path in sys.argv[1:3])
found = {s["name"]: s["sqnr_db"] for s in report["sites"] if "sqnr_db" in s}
assert found == {s["site"]: s["sqnr_db"] for s in sites["sites"]}, found
assert report["source_hash"] in open(sys.argv[3]).read()
quantized = [s for s in report["sites"] if "scheme" in s]
saved = sum(s["weight_bytes"] - s["weight_bytes_quantized"] for s in quantized)
assert report["parameter_bytes"] - report["parameter_bytes_quantized"] == saved, saved
