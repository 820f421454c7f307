#!/usr/bin/python3
"""usage: terminal.py COLUMNS COMMAND...

Runs the command on a terminal of so many columns. Prints the lines that do not fit; exits with 1 if there are any.
"""
import fcntl
import os
import pty
import re
import struct
import sys
import termios

columns = int(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
output = b""
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    output += part
_, status = os.waitpid(pid, 0)
text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", output.decode())
lines = [line for whole in text.split("\n") for line in whole.rstrip("\r").split("\r")]
long = [line for line in lines if len(line) > columns]
print("\n".join(long) if long else text)
sys.exit(1 if long or status != 0 else 0)
