"""
Drops the smallest weights, as RigL does, and grows at random with probabilities that rise with the gradient:
temperature 0 grows the largest gradients, a high one grows evenly, as SET does.
"""

import numpy as np

KIND, NAME, TITLE = "dynamic", "random-rigl", "Random RigL"
NEEDS = ["gradients"]
SETTINGS = {
    "temperature": {"type": "number", "default": 0.5, "min": 0, "max": 100, "help": "How far growing is random."},
}


def update(layers, settings, rng, now):
    masks = []
    for layer in layers:
        mask = layer.mask.astype(bool)
        count = int(now.fraction * mask.sum())
        size = np.where(mask, np.abs(layer.weight), np.inf).ravel()
        mask.ravel()[np.argsort(size)[:count]] = False
        # Gumbel noise on log |gradient| samples without replacement, in proportion to |gradient|^(1/temperature).
        score = np.log(np.abs(layer.gradient) + 1e-30) + settings.temperature * rng.gumbel(size=mask.shape)
        score[mask] = -np.inf
        mask.ravel()[np.argsort(-score.ravel())[:count]] = True
        masks.append(mask)
    return masks
