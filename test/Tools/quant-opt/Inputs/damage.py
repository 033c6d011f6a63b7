"""damage.py TOOL FILE: runs TOOL on damaged copies of FILE; an exit code but 0 and 1 is a failure."""
import random
import subprocess
import sys

tool, path = sys.argv[1:]
with open(path, "rb") as file:
    original = file.read()
generator = random.Random(1)
count = 80
for i in range(count):
    data = bytearray(original)
    if i % 4 == 0:
        data = data[: generator.randrange(len(data))]
    else:
        data[generator.randrange(len(data))] = generator.randrange(256)
    with open(path + ".damaged", "wb") as file:
        file.write(data)
    result = subprocess.run([tool, path + ".damaged", "-o", path + ".out"], capture_output=True, timeout=60)
    assert result.returncode in (0, 1), f"copy {i}: exit code {result.returncode}: {result.stderr.decode()}"
    assert result.returncode == 0 or b"error:" in result.stderr, f"copy {i}: refused without a word"
print(f"{count} damaged files: none crashed")
