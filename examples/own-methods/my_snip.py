"""A SNIP of one's own: of all weights, those with the largest |w · dL/dw| are kept."""

import numpy as np

KIND, NAME, TITLE = "distribution", "my-snip", "My SNIP"
NEEDS = ["weights", "gradients"]


def distribute(layers, density, settings, rng):
    scores = [np.abs(layer.weight * layer.gradient) for layer in layers]
    ordered = np.sort(np.concatenate([score.ravel() for score in scores]))
    threshold = ordered[-int(density * ordered.size)]
    return [score >= threshold for score in scores]
