"""
Normal weights whose variance fits the weights that are left: each output unit's weights have standard
deviation gain / sqrt(number of its weights that are kept).
"""

import numpy as np

KIND, NAME, TITLE = "scheme", "fan-in-normal", "Fan-in normal"
SETTINGS = {
    "gain": {"type": "number", "default": 1.0, "min": 0, "help": "Standard deviation times the root of the fan-in."},
}


def kernel(shape, density, settings, rng, layer):
    mask = layer.mask
    if mask is None:  # the distribution only says how many
        mask = np.zeros(layer.entries, dtype=bool)
        mask[rng.choice(layer.entries, round(density * layer.entries), replace=False)] = True
        mask = mask.reshape(shape)
    fan_in = np.maximum(1, mask.reshape(shape[0], -1).sum(axis=1))
    deviation = settings.gain / np.sqrt(fan_in)
    weight = rng.normal(size=shape) * deviation.reshape(-1, *[1] * (len(shape) - 1))
    return weight * mask, mask
