#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Somebody types at a terminal and waits for what each line gives.
usage: typed.py tty|pipe FILE ANSWERS COMMAND...
COMMAND has a terminal as its standard output, and as its standard input unless that is a pipe.
Line i of FILE is given only when line i - 1 of ANSWERS (unless empty) stands in the output; when
that does not happen within 10 s the status is 99. The output is left in ./stdout. A \\n in a
line of FILE is a line end, so that a line may be two, or half of one if it ends in \\c."""
import os
import pty
import select
import subprocess
import sys
import termios
import time

PATIENCE = 10


class Screen:
    """What has come to the terminal."""

    def __init__(self, master):
        self.master, self.got = master, b""

    def read(self, seconds):
        """One more piece; False at the end, or when none came in time."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            piece = os.read(self.master, 65536)
        except OSError:    # the last one who had it open is gone
            return False
        self.got += piece
        return piece != b""

    def shows(self, text):
        end = time.monotonic() + PATIENCE
        while text not in self.got:
            left = end - time.monotonic()
            if left <= 0 or not self.read(left):
                return False
        return True


def open_screen():
    """A terminal that hands over lines, and changes and repeats nothing."""
    master, slave = pty.openpty()
    mode = termios.tcgetattr(slave)
    mode[1] &= ~termios.OPOST
    mode[3] &= ~termios.ECHO
    termios.tcsetattr(slave, termios.TCSANOW, mode)
    return Screen(master), slave


def lines_of(name):
    with open(name, "rb") as f:
        return f.read().split(b"\n")[:-1]


def typed(line):
    line = line.replace(b"\\n", b"\n")
    return line[:-2] if line.endswith(b"\\c") else line + b"\n"


def main():
    kind, lines, answers, command = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    screen, slave = open_screen()
    source = slave if kind == "tty" else subprocess.PIPE
    process = subprocess.Popen(command, stdin=source, stdout=slave)
    os.close(slave)
    entry = screen.master if kind == "tty" else process.stdin.fileno()
    for line, answer in zip(lines_of(lines), lines_of(answers)):
        os.write(entry, typed(line))
        if not screen.shows(answer):
            print("no answer", answer, "to", line, file=sys.stderr)
            process.kill()
            process.wait()
            return 99
    if kind == "tty":
        os.write(entry, b"\x04")
    else:
        process.stdin.close()
    while screen.read(PATIENCE):
        pass
    with open("stdout", "wb") as f:
        f.write(screen.got)
    return process.wait()


sys.exit(main())
