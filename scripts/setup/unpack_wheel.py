"""Unpacks the files of a wheel whose paths begin with one of the given texts, and prints the bytes done.

python3 unpack_wheel.py FILE.whl FOLDER BEGINNING...
"""
import os
import sys
import zipfile

CHUNK = 4 << 20
TELL_EVERY = 16 << 20


def main(wheel, folder, *beginnings):
    done = told = 0
    root = os.path.realpath(folder)
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            if member.is_dir() or not member.filename.startswith(beginnings):
                continue
            target = os.path.realpath(os.path.join(root, member.filename))
            if not target.startswith(root + os.sep):
                raise ValueError(f'{member.filename} points out of the folder')
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with archive.open(member) as source, open(target, 'wb') as sink:
                while chunk := source.read(CHUNK):
                    sink.write(chunk)
                    done += len(chunk)
                    if done - told >= TELL_EVERY:
                        told = done
                        print(done, flush=True)
    if done == 0:
        raise ValueError(f'{wheel} holds nothing of {beginnings}')


main(*sys.argv[1:])
