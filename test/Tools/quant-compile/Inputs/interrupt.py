"""interrupt.py FOLDER TOOL ARGS…: runs the tool with FOLDER for temporary files too, sends SIGINT with the
first line of progress, and prints what is left in FOLDER."""
import os
import signal
import subprocess
import sys

folder, *command = sys.argv[1:]

def listen():
    """Whoever runs this script in the background has had SIGINT ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


process = subprocess.Popen(
    command, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": folder}, preexec_fn=listen
)
for line in process.stderr:
    if "calibrat" in line:
        break
else:
    sys.exit("the tool ended without a line of progress")
process.send_signal(signal.SIGINT)
process.communicate(timeout=120)
print("interrupted" if process.returncode == -signal.SIGINT else f"exit code {process.returncode}")
print("left:", " ".join(sorted(os.listdir(folder))))
