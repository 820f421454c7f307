#!/usr/bin/python3
"""usage: interrupt_on_terminal.py PATTERN COMMAND...

Runs the command on a terminal of its own, presses Ctrl-C as soon as its output matches PATTERN, prints what it had to
say and exits as it does. With 99 when it ends before that.
"""
import os
import pty
import re
import sys

pattern, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
output = b""
pressed = False
while True:
    try:
        output += os.read(terminal, 4096)
    except OSError:  # all have closed the other end
        break
    if not pressed and re.search(pattern.encode(), output):
        os.write(terminal, b"\x03")
        pressed = True
print(output.decode().replace("\r", "\n"))
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(status if pressed else 99)
