"""
Runs one method of a user's (weight scheme, density distribution, dynamic method) for Givens Bench.

Frames go both ways over the process's first input and output: the length of a JSON header (4 bytes, little
endian), the header, then the bytes of the arrays that the header lists, row by row, little endian. The
method's own prints go to the error output, so that nothing it says is taken for an answer. When the bench
goes away the input ends, and with it this process, whatever the method is doing.
"""

import json
import os
import queue
import struct
import sys
import threading
import traceback
import types

KINDS = {"scheme": "kernel", "distribution": "distribute", "dynamic": "update"}
TYPES = {"f8": "<f8", "f4": "<f4", "u1": "|u1"}


def private_streams():
    """The pipes under other numbers; standard input is empty, standard output is the error output."""
    if os.name == "nt":
        import msvcrt

        msvcrt.setmode(0, os.O_BINARY)
        msvcrt.setmode(1, os.O_BINARY)
    source = os.fdopen(os.dup(0), "rb")
    target = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return source, target


SOURCE, TARGET = private_streams()
sys.path = [place for place in sys.path if place != os.path.dirname(os.path.abspath(__file__))]

try:
    import numpy as np

    NUMPY, NUMPY_ERROR = np.__version__, None
except Exception as reason:  # an import may fail in any way, a broken library among them
    np = None
    NUMPY, NUMPY_ERROR = None, "%s: %s" % (type(reason).__name__, reason)


def read_exactly(count):
    parts = []
    while count > 0:
        part = SOURCE.read(count)
        if not part:
            os._exit(0)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def read_frames(frames):
    while True:
        (length,) = struct.unpack("<I", read_exactly(4))
        header = json.loads(read_exactly(length).decode("utf-8"))
        data = {}
        for entry in header["arrays"]:
            kind = np.dtype(TYPES[entry["type"]])
            size = kind.itemsize
            for side in entry["shape"]:
                size *= side
            # A copy, so that the method may write into what it was given.
            data[entry["name"]] = np.frombuffer(read_exactly(size), dtype=kind).reshape(entry["shape"]).copy()
        frames.put((header, data))


def write_frame(header, data=()):
    described, parts = [], []
    for name, values in data:
        kind = {"f": "f8", "b": "u1", "u": "u1"}[values.dtype.kind]
        values = np.ascontiguousarray(values, dtype=np.dtype(TYPES[kind]))
        described.append({"name": name, "type": kind, "shape": list(values.shape)})
        parts.append(values.tobytes())
    text = json.dumps(dict(header, arrays=described)).encode("utf-8")
    TARGET.write(struct.pack("<I", len(text)))
    TARGET.write(text)
    for part in parts:
        TARGET.write(part)
    TARGET.flush()


class Wrong(Exception):
    """The method's file or answer is not what the interface asks for."""


class Settings(dict):
    """A method's settings: settings["spread"], or settings.spread."""

    __getattr__ = dict.__getitem__


class Layer(types.SimpleNamespace):
    """One masked kernel: name, shape (PyTorch's order), entries and what else was asked for."""


def limit_memory(bytes_allowed):
    try:
        import resource
    except ImportError:
        return False
    try:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        soft = bytes_allowed if hard == resource.RLIM_INFINITY else min(bytes_allowed, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        return True
    except (ValueError, OSError):
        return False


def load(text, file):
    module = types.ModuleType("own_method")
    module.__file__ = file
    sys.modules["own_method"] = module
    exec(compile(text, file, "exec"), module.__dict__)
    kind = getattr(module, "KIND", None)
    if kind not in KINDS:
        raise Wrong('KIND must be "scheme", "distribution" or "dynamic", not %r' % (kind,))
    if not callable(getattr(module, KINDS[kind], None)):
        raise Wrong("KIND is %r, so the file must define the function %s" % (kind, KINDS[kind]))
    about = {"kind": kind, "help": module.__doc__}
    for name in ("NAME", "TITLE", "HELP", "SETTINGS", "TRAITS", "NEEDS", "TOLERANCE"):
        if hasattr(module, name):
            about[name.lower()] = getattr(module, name)
    try:
        json.dumps(about)
    except (TypeError, ValueError) as reason:
        raise Wrong("NAME, SETTINGS and the like must be plain texts, numbers, lists and dicts: %s" % reason)
    return module, about


def numbers(values, what):
    try:
        values = np.asarray(values)
    except Exception as reason:
        raise Wrong("%s is no array: %s" % (what, reason))
    if values.dtype.kind not in "fiub":
        raise Wrong("%s is %s, not an array of real numbers" % (what, quoted(values)))
    return values.astype(np.float64)


def quoted(values):
    text = repr(values.item() if values.ndim == 0 else values.dtype.name)
    return text if len(text) <= 60 else text[:60] + "…"


def mask_of(values, what):
    values = numbers(values, what)
    if not np.all((values == 0) | (values == 1)):
        raise Wrong("%s holds other values than 0 and 1" % what)
    return values.astype(np.uint8)


def layers_of(header, data):
    layers = []
    for place, about in enumerate(header["layers"]):
        about = dict(about, shape=tuple(about["shape"]))
        for name in header["given"]:
            about[name] = data.get("%d.%s" % (place, name))
        layers.append(Layer(**about))
    return layers


def kernel(method, header, data):
    (layer,) = layers_of(header, data)
    rng = np.random.default_rng(header["seed"])
    answer = method.kernel(layer.shape, header["density"], Settings(header["settings"]), rng, layer)
    weight, mask = answer if isinstance(answer, tuple) and len(answer) == 2 else (answer, None)
    if weight is None:
        raise Wrong("kernel returned None; it must return weight, mask (mask may be None)")
    arrays = [("weight", numbers(weight, "the weight"))]
    if mask is not None:
        arrays.append(("mask", mask_of(mask, "the mask")))
    return {}, arrays


def by_layer(answer, layers, function):
    """One entry a layer, from a dict by name or a list in the order of the layers."""
    names = [layer.name for layer in layers]
    if isinstance(answer, dict):
        strange = [name for name in answer if name not in names]
        if strange:
            raise Wrong("%s returned an entry for %r, which is no layer" % (function, strange[0]))
        missing = [name for name in names if name not in answer]
        if missing:
            raise Wrong("%s returned nothing for %s" % (function, missing[0]))
        return [answer[name] for name in names]
    try:
        answer = list(answer)
    except TypeError:
        raise Wrong("%s must return a dict by layer name or a list, not %r" % (function, answer))
    if len(answer) != len(layers):
        raise Wrong("%s returned %d entries for %d layers" % (function, len(answer), len(layers)))
    return answer


def distribute(method, header, data):
    layers = layers_of(header, data)
    rng = np.random.default_rng(header["seed"])
    answer = method.distribute(layers, header["density"], Settings(header["settings"]), rng)
    densities, arrays = [], []
    for layer, entry in zip(layers, by_layer(answer, layers, "distribute")):
        if np.ndim(entry) == 0:
            value = float(numbers(entry, "the density of " + layer.name))
            if not np.isfinite(value):
                raise Wrong("the density of %s is %r" % (layer.name, value))
            densities.append(value)
        else:
            densities.append(None)
            arrays.append(("%d.mask" % layer.index, mask_of(entry, "the mask of " + layer.name)))
    return {"densities": densities}, arrays


def update(method, header, data):
    layers = layers_of(header, data)
    rng = np.random.default_rng(header["seed"])
    now = Settings(header["now"])
    answer = method.update(layers, Settings(header["settings"]), rng, now)
    entries = by_layer(answer, layers, "update")
    masks = [mask_of(entry, "the mask of " + layer.name) for layer, entry in zip(layers, entries)]
    return {}, [("%d.mask" % index, mask) for index, mask in enumerate(masks)]


def failure(reason, file):
    """What went wrong, with the last line of the user's file that was under way."""
    line = getattr(reason, "lineno", None) if isinstance(reason, SyntaxError) else None
    for frame in traceback.extract_tb(reason.__traceback__):
        if frame.filename == file:
            line = frame.lineno
    if isinstance(reason, MemoryError):
        kind = "memory"
    elif isinstance(reason, Wrong):
        kind = "answer"
    else:
        kind = "raised"
    message = reason.msg if isinstance(reason, SyntaxError) else str(reason)
    named = message if isinstance(reason, Wrong) else type(reason).__name__ + (": " + message if message else "")
    return {"kind": kind, "message": named, "line": line}


def serve():
    version = "%d.%d.%d" % sys.version_info[:3]
    write_frame({"python": version, "numpy": NUMPY, "numpyError": NUMPY_ERROR})
    if np is None:
        return
    frames = queue.Queue()
    threading.Thread(target=read_frames, args=(frames,), daemon=True).start()
    method, file = None, "method.py"
    while True:
        header, data = frames.get()
        try:
            if header["call"] == "load":
                file = header["file"]
                limited = limit_memory(header["memory"])
                method, about = load(header["text"], file)
                answer, arrays = {"about": about, "limited": limited}, []
            else:
                call = {"kernel": kernel, "distribute": distribute, "update": update}[header["call"]]
                answer, arrays = call(method, header, data)
            reply = (dict(answer, ok=True), arrays)
        except (Exception, KeyboardInterrupt, SystemExit) as reason:
            reply = ({"ok": False, "error": failure(reason, file)}, [])
        sys.stdout.flush()
        sys.stderr.flush()
        write_frame(*reply)


serve()
