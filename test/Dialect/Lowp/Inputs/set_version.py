"""set_version.py FILE OUT FROM TO: copies bytecode with another version of the lowp dialect, as 2.0."""
import sys

path, out, old, new = sys.argv[1:]


def section(version):
    """The section of a dialect's version: kind 7, two bytes long, each number as a variable-length one."""
    return bytes([7, 2 << 1 | 1] + [int(number) << 1 | 1 for number in version.split(".")])


with open(path, "rb") as file:
    data = file.read()
assert data.count(section(old)) == 1, f"{path} has not one dialect of version {old}"
with open(out, "wb") as file:
    file.write(data.replace(section(old), section(new)))
