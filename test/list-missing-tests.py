"""Lists the passes that lack a test; prints nothing when there is none.

list-missing-tests.py ROOT

A pass `lowp-NAME`, or a conversion `convert-NAME`, that include/lowp/DIR/Passes.td defines is tested in
test/DIR; the prefix lowp- is no part of the test's name:
  positive        NAME.mlir or NAME.test, a RUN line of which runs the pass and checks what it gives
  does-not-apply  a case in that file, marked `kind: does-not-apply`
  error           NAME-errors.mlir or NAME-errors.test, which runs the pass and expects an error; a pass
                  that has none to give says why in the positive file: `kind: cannot-fail. REASON`
"""
import pathlib
import re
import sys

CHECKED = re.compile(r"FileCheck|--verify-diagnostics")


def passes(root):
    """(name, folder under include/lowp) of each pass."""
    top = root / "include" / "lowp"
    for table in sorted(top.rglob("Passes.td")):
        for name in re.findall(r':\s*(?:Interface)?Pass<"([^"]+)"', table.read_text()):
            yield name, table.parent.relative_to(top)


def read_test(folder, stem):
    """The texts of STEM.mlir and STEM.test."""
    files = [folder / (stem + suffix) for suffix in (".mlir", ".test")]
    return "\n".join(file.read_text() for file in files if file.exists())


def runs(text, name):
    """Does a command of the test run the pass, and does the test check the outcome?"""
    commands = "\n".join(re.findall(r"(?:RUN|DEFINE):.*", text))
    return re.search(rf"\b{name}(?![\w-])", commands) and CHECKED.search(commands)


def missing(root, name, folder):
    where = root / "test" / folder
    shown, stem = where.relative_to(root), name.removeprefix("lowp-")
    positive, errors = read_test(where, stem), read_test(where, stem + "-errors")
    if not runs(positive, name):
        yield f"no positive test, expected {shown}/{stem}.mlir or .test to run and check it"
    if "kind: does-not-apply" not in positive:
        yield f"no case marked 'kind: does-not-apply' in {shown}/{stem}.mlir or .test"
    cannot_fail = re.search(r"kind: cannot-fail\. \S", positive)
    if not cannot_fail and not (runs(errors, name) and "error" in errors):
        yield f"no error test, expected {shown}/{stem}-errors.mlir or .test or 'kind: cannot-fail. REASON'"


def main():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} ROOT")
    root = pathlib.Path(sys.argv[1])
    found = sorted(passes(root))
    if not found:
        sys.exit(f"error: no Passes.td under '{root / 'include' / 'lowp'}' defines a pass")
    lines = [f"{name}: {line}" for name, folder in found for line in missing(root, name, folder)]
    print("\n".join(lines), end="\n" if lines else "")
    sys.exit(1 if lines else 0)


main()
