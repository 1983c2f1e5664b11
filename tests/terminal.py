#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A tool whose stderr is a terminal. usage: terminal.py SECONDS FILE COMMAND...
Gives COMMAND the first half of FILE on standard input, SECONDS of silence, then the rest. What
came to the terminal is written to ./terminal; the exit status is the command's."""
import os
import pty
import subprocess
import sys
import threading
import time
import tty


def collect(master, got):
    try:
        while True:
            piece = os.read(master, 65536)
            if not piece:
                return
            got.append(piece)
    except OSError:    # the last one who had it open is gone
        return


def main():
    seconds, name, command = float(sys.argv[1]), sys.argv[2], sys.argv[3:]
    with open(name, "rb") as f:
        data = f.read()
    master, slave = pty.openpty()
    tty.setraw(slave)
    got = []
    with open("stdout", "wb") as out, \
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=slave) as process:
        os.close(slave)
        reader = threading.Thread(target=collect, args=(master, got))
        reader.start()
        process.stdin.write(data[:len(data) // 2])
        process.stdin.flush()
        time.sleep(seconds)
        process.stdin.write(data[len(data) // 2:])
        process.stdin.close()
        status = process.wait()
    reader.join()
    with open("terminal", "wb") as f:
        f.write(b"".join(got))
    return status


sys.exit(main())
