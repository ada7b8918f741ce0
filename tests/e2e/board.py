"""A board on a pseudo-terminal that plays tables as frames (docs/collect.md): board.py PORT RATE_HZ TABLE.csv...

PORT becomes a link to the terminal. Rows are sent as fast as they are read, each once; then the board is silent.
"""
import os
import select
import struct
import sys
import time
import tty
import zlib


def frame(kind, first, time_us, payload):
    body = struct.pack('<BBHII', kind, 1, len(payload), first, time_us % 2**32) + payload
    return b'\xa5M' + body + struct.pack('<I', zlib.crc32(body))


def rows_of(path):
    with open(path, encoding='utf-8') as table:
        names, *rows = [line.strip() for line in table if line.strip(' ,\r\n')]
    return names, [[float(cell) for cell in row.split(',')] for row in rows if row != names]


port, rate_hz, *tables = sys.argv[1:]
names = rows_of(tables[0])[0]
rows = [row for table in tables for row in rows_of(table)[1]]
master, slave = os.openpty()
os.set_blocking(master, False)
tty.setraw(slave)
if os.path.islink(port):
    os.remove(port)
os.symlink(os.ttyname(slave), port)
text = f'board: player\nsketch: board.py\nrate_hz: {rate_hz}\nchannels: {names}\n'
os.write(master, frame(1, 0, 1, text.encode()))
period_us = 1e6 / float(rate_hz)
for number, row in enumerate(rows):
    data = frame(3, number, 1 + round(number * period_us), struct.pack(f'<{len(row)}f', *row))
    while data and os.path.islink(port):
        if select.select([], [master], [], 0.5)[1]:
            data = data[os.write(master, data):]
while os.path.islink(port):  # the script that started it is over when its folder is gone
    time.sleep(0.2)
