"""Oracles of whole models: logits, loss and gradients in PyTorch (float64, CPU) of networks written here by hand.

    python3 make.py [--out FOLDER] [--seed N]

Weights and inputs are not stored: both sides compute them from their names. Entry i of the tensor `name`, row-major in
the bench's layout (dense [in, out], conv [kh, kw, in/groups, out], depthwise [kh, kw, channels, 1], images NHWC):

    h = 0; for each character: h = (31 h + code) mod 65537
    x = (7919 i + 104729 h + 12345 + seed) mod 65537;  u = (x^3 mod 65537) / 65537 - 1/2

and from u, by the last part of the name: kernel 2 sqrt(3 / fan-in) u; bias, shift, running-mean 0.2 u; scale 1 + 0.4 u;
running-variance 1 + 0.8 u; token, position, table u; layer-scale 0.5 + 0.5 u. Inputs are 2 u of the name `input`; tokens are
floor((u + 1/2) classes) of it; labels are i mod classes, one an example or one a token. A gradient g of a parameter is stored as its norm and as the sum of g * u of the name `direction.NAME`.
"""
import argparse
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
PRIME = 65537


def uniform(name, shape, seed):
    h = 0
    for character in name:
        h = (31 * h + ord(character)) % PRIME
    x = (7919 * np.arange(math.prod(shape), dtype=np.int64) + 104729 * h + 12345 + seed) % PRIME
    return torch.from_numpy((x * x % PRIME * x % PRIME) / PRIME - 0.5).reshape(shape)


class Net:
    """Parameters by name, made when first asked for; `training` decides what batch norm uses."""

    def __init__(self, seed, training, activation):
        self.seed, self.training, self.parameters = seed, training, {}
        self.act = {
            'relu': F.relu, 'tanh': torch.tanh, 'selu': F.selu, 'swish': F.silu, 'gelu': F.gelu,
            'leaky-relu': lambda x: F.leaky_relu(x, 0.01), 'hard-tanh': F.hardtanh, 'linear': lambda x: x,
        }[activation]

    def get(self, name, *shape):
        if name not in self.parameters:
            u, role = uniform(name, shape, self.seed), name.split('.')[-1]
            if role == 'kernel':
                fan_in = math.prod(shape[:2]) if shape[-1] == 1 and len(shape) == 4 and shape[2] > 1 else math.prod(shape[:-1])
                value = u * (2 * math.sqrt(3 / fan_in))
            elif role in ('bias', 'shift', 'running-mean'):
                value = 0.2 * u
            elif role == 'scale':
                value = 1 + 0.4 * u
            elif role == 'running-variance':
                value = 1 + 0.8 * u
            elif role == 'layer-scale':
                value = 0.5 + 0.5 * u
            else:
                value = u
            self.parameters[name] = value.requires_grad_(not role.startswith('running'))
        assert self.parameters[name].shape == shape, (name, shape)
        return self.parameters[name]

    def dense(self, name, x, units, bias=True):
        y = x @ self.get(f'{name}.kernel', x.shape[-1], units)
        return y + self.get(f'{name}.bias', units) if bias else y

    def conv(self, name, x, filters, size, stride=1, padding=0, bias=False, circular=False):
        kernel = self.get(f'{name}.kernel', size, size, x.shape[1], filters).permute(3, 2, 0, 1)
        if circular:
            x, padding = F.pad(x, [(size - 1) // 2] * 4, mode='circular'), 0
        return F.conv2d(x, kernel, self.get(f'{name}.bias', filters) if bias else None, stride, padding)

    def depthwise(self, name, x, size, stride):
        channels = x.shape[1]
        kernel = self.get(f'{name}.kernel', size, size, channels, 1).permute(2, 3, 0, 1)
        return F.conv2d(x, kernel, None, stride, (size - 1) // 2, groups=channels)

    def norm(self, name, x):
        parts = [self.get(f'{name}.{role}', x.shape[1]) for role in ('running-mean', 'running-variance', 'scale', 'shift')]
        running = [part.clone() for part in parts[:2]]
        return F.batch_norm(x, *running, *parts[2:], training=self.training, momentum=0.1, eps=1e-5)

    def layer_norm(self, name, x):
        size = x.shape[-1]
        return F.layer_norm(x, (size,), self.get(f'{name}.scale', size), self.get(f'{name}.shift', size), 1e-6)


def mlp(net, x, classes, depth, width):
    x = x.permute(0, 2, 3, 1).flatten(1)
    for layer in range(1, depth + 1):
        x = net.act(net.dense(f'hidden{layer}', x, width))
    return net.dense('classifier', x, classes)


def cnn(net, x, classes, depth, width):
    names = [(f'stem{i + 1}', stride) for i, stride in enumerate((1, 2, 2))]
    names += [(f'conv{i}', 2 if i in (math.ceil(depth / 2), depth) else 1) for i in range(1, depth + 1)]
    for name, stride in names:
        x = net.act(net.conv(name, x, width, 3, stride, bias=True, circular=True))
    return net.dense('classifier', x.mean((2, 3)), classes)


def resnet(net, x, classes, depth, variant='projection', multiplier=1):
    x = net.act(net.norm('stem.norm', net.conv('stem.conv', x, int(16 * multiplier), 3, 1, 1)))
    for stage in (1, 2, 3):
        filters = int(16 * 2 ** (stage - 1) * multiplier)
        for block in range(1, (depth - 2) // 6 + 1):
            name, stride = f'stage{stage}.block{block}', 2 if stage > 1 and block == 1 else 1
            y = net.act(net.norm(f'{name}.norm1', net.conv(f'{name}.conv1', x, filters, 3, stride, 1)))
            y = net.norm(f'{name}.norm2', net.conv(f'{name}.conv2', y, filters, 3, 1, 1))
            if stride == 2 and variant == 'padded':
                more = filters - x.shape[1]
                x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, more // 2, more - more // 2))
            elif stride == 2:
                x = net.norm(f'{name}.shortcut-norm', net.conv(f'{name}.shortcut', x, filters, 1, stride))
            x = net.act(x + y)
    return net.dense('classifier', x.mean((2, 3)), classes)


def vgg16(net, x, classes, variant, multiplier=1):
    for block, (count, filters) in enumerate(zip((2, 2, 3, 3, 3), (64, 128, 256, 512, 512)), 1):
        for index in range(1, count + 1):
            pointwise = variant != 'd' and index == 3
            padding = 0 if pointwise and variant == 'c-unpadded' else 1
            x = net.conv(f'block{block}.conv{index}', x, int(filters * multiplier), 1 if pointwise else 3, 1, padding, bias=True)
            x = net.act(net.norm(f'block{block}.norm{index}', x))
        x = F.max_pool2d(x, 2, 2)
    x = x.permute(0, 2, 3, 1).flatten(1)
    for index in (1, 2):
        x = net.norm(f'hidden{index}.norm', net.act(net.dense(f'hidden{index}', x, int(512 * multiplier))))
    return net.dense('classifier', x, classes)


def resnet50(net, x, classes, multiplier=1):
    x = net.act(net.norm('stem.norm', net.conv('stem.conv', x, int(64 * multiplier), 7, 2, 3)))
    x = F.max_pool2d(x, 3, 2, 1)
    for stage, blocks in enumerate((3, 4, 6, 3), 1):
        filters = int(64 * 2 ** (stage - 1) * multiplier)
        for block in range(1, blocks + 1):
            name, stride = f'stage{stage}.block{block}', 2 if stage > 1 and block == 1 else 1
            y = net.act(net.norm(f'{name}.norm1', net.conv(f'{name}.conv1', x, filters, 1)))
            y = net.act(net.norm(f'{name}.norm2', net.conv(f'{name}.conv2', y, filters, 3, stride, 1)))
            y = net.norm(f'{name}.norm3', net.conv(f'{name}.conv3', y, 4 * filters, 1))
            if block == 1:
                x = net.norm(f'{name}.shortcut-norm', net.conv(f'{name}.shortcut', x, 4 * filters, 1, stride))
            x = net.act(x + y)
    return net.dense('classifier', x.mean((2, 3)), classes)


EFFICIENTNET_B0 = ((1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4),
                   (6, 3, 1, 320, 1))


def efficientnet_b0(net, x, classes):
    def normed(name, y):
        return net.act(net.norm(f'{name}.norm', y))
    x = normed('stem', net.conv('stem.conv', x, 32, 3, 2, 1))
    for stage, (expand, size, first_stride, filters, blocks) in enumerate(EFFICIENTNET_B0, 1):
        for block in range(1, blocks + 1):
            name, stride, channels = f'stage{stage}.block{block}', first_stride if block == 1 else 1, x.shape[1]
            y = x
            if expand > 1:
                y = normed(f'{name}.expand', net.conv(f'{name}.expand.conv', y, channels * expand, 1))
            y = normed(f'{name}.depthwise', net.depthwise(f'{name}.depthwise.conv', y, size, stride))
            gate = net.act(net.dense(f'{name}.squeeze.reduce', y.mean((2, 3)), max(1, channels // 4)))
            gate = torch.sigmoid(net.dense(f'{name}.squeeze.expand', gate, y.shape[1]))
            y = net.conv(f'{name}.project.conv', y * gate[:, :, None, None], filters, 1)
            y = net.norm(f'{name}.project.norm', y)
            x = x + y if stride == 1 and channels == filters else y
    x = normed('head', net.conv('head.conv', x, 1280, 1))
    return net.dense('classifier', x.mean((2, 3)), classes)


def deit_tiny(net, x, classes):
    heads, features = 3, 192
    batch = x.shape[0]
    x = net.conv('patch.conv', x, features, 16, 16, bias=True).flatten(2).transpose(1, 2)
    x = x + net.get('positions.position', x.shape[1], features)
    x = torch.cat([net.get('class-token.token', features).expand(batch, 1, features), x], 1)
    for index in range(1, 13):
        name = f'block{index}'
        y = net.dense(f'{name}.attention.qkv', net.layer_norm(f'{name}.norm1', x), 3 * features)
        query, key, value = (part.unflatten(2, (heads, -1)).transpose(1, 2) for part in y.split(features, 2))
        y = F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)
        x = x + net.get(f'{name}.scale1.layer-scale', features) * net.dense(f'{name}.attention.projection', y, features)
        y = net.act(net.dense(f'{name}.hidden', net.layer_norm(f'{name}.norm2', x), 4 * features))
        x = x + net.get(f'{name}.scale2.layer-scale', features) * net.dense(f'{name}.output', y, features)
    return net.dense('classifier', net.layer_norm('norm', x)[:, 0], classes)


def gpt(net, tokens, classes, depth, width, heads, tied):
    table = net.get('tokens.table', classes, width)
    time = tokens.shape[1]
    x = F.embedding(tokens, table) + net.get('positions.position', time, width)
    later = torch.ones(time, time, dtype=torch.bool).triu(1)

    def norm(name, x):
        return F.layer_norm(x, (width,), net.get(f'{name}.scale', width), net.get(f'{name}.shift', width), 1e-5)
    for index in range(1, depth + 1):
        name = f'block{index}'
        y = net.dense(f'{name}.attention.qkv', norm(f'{name}.norm1', x), 3 * width)
        query, key, value = (part.unflatten(2, (heads, -1)).transpose(1, 2) for part in y.split(width, 2))
        scores = (query @ key.transpose(2, 3) / math.sqrt(width // heads)).masked_fill(later, -math.inf)
        y = (scores.softmax(-1) @ value).transpose(1, 2).flatten(2)
        x = x + net.dense(f'{name}.attention.projection', y, width)
        x = x + net.dense(f'{name}.output', net.act(net.dense(f'{name}.hidden', norm(f'{name}.norm2', x), 4 * width)), width)
    x = norm('norm', x)
    return (F.linear(x, table) if tied else net.dense('head', x, classes, bias=False)).flatten(0, 1)


# name; function and its arguments; the bench's model settings; input [h, w, c]; batch; whether gradients are stored.
CASES = [
    ('mlp-7', mlp, dict(depth=6, width=100), dict(name='mlp', depth=6, width=100, activation='tanh'), (28, 28, 1), 4, True),
    ('cnn-6', cnn, dict(depth=6, width=24), dict(name='cnn', depth=6, width=24, activation='selu'), (32, 32, 3), 2, True),
    ('resnet-20', resnet, dict(depth=20), dict(name='resnet', depth=20, activation='relu'), (32, 32, 3), 2, True),
    ('resnet-20 padded', resnet, dict(depth=20, variant='padded'),
     dict(name='resnet', depth=20, variant='padded', activation='leaky-relu'), (32, 32, 3), 2, False),
    ('vgg-16 c', vgg16, dict(variant='c'), dict(name='vgg', depth=16, variant='c', activation='relu'), (32, 32, 3), 2, False),
    ('vgg-16 d', vgg16, dict(variant='d'), dict(name='vgg', depth=16, variant='d', activation='relu'), (32, 32, 3), 2, False),
    ('vgg-16 c, quarter width', vgg16, dict(variant='c', multiplier=0.25),
     dict(name='vgg', depth=16, variant='c', activation='relu', widthMultiplier=0.25), (32, 32, 3), 6, True),
    ('vgg-16 c-unpadded, eighth width', vgg16, dict(variant='c-unpadded', multiplier=0.125),
     dict(name='vgg', depth=16, variant='c-unpadded', activation='tanh', widthMultiplier=0.125), (32, 32, 3), 2, False),
    ('efficientnet-b0', efficientnet_b0, {}, dict(name='efficientnet-b0', activation='swish'), (64, 64, 3), 3, True),
    ('resnet-50', resnet50, {}, dict(name='resnet-50', activation='relu'), (64, 64, 3), 1, False),
    ('resnet-50, quarter width', resnet50, dict(multiplier=0.25),
     dict(name='resnet-50', activation='relu', widthMultiplier=0.25), (64, 64, 3), 3, True),
    ('deit-tiny', deit_tiny, {}, dict(name='deit-tiny', activation='gelu'), (32, 32, 3), 2, True),
    ('gpt, tied', gpt, dict(depth=2, width=24, heads=3, tied=True),
     dict(name='gpt', depth=2, width=24, heads=3, activation='gelu'), (12,), 3, True),
    ('gpt, free head', gpt, dict(depth=1, width=16, heads=4, tied=False),
     dict(name='gpt', depth=1, width=16, heads=4, tied=False, activation='relu'), (7,), 2, True),
]


def digits(value):
    return float(f'{value:.12g}')


def make(case, seed):
    name, function, arguments, settings, shape, batch, with_gradients = case
    classes = 10
    drawn = uniform('input', (batch, *shape), seed)
    of_tokens = len(shape) == 1
    x = ((drawn + 0.5) * classes).floor().long() if of_tokens else 2 * drawn.permute(0, 3, 1, 2)
    net = Net(seed, False, settings['activation'])
    with torch.no_grad():
        logits = function(net, x, classes, **arguments)
    result = {
        'name': name, 'model': settings, 'input': shape, 'classes': classes, 'batch': batch,
        'parameters': len(net.parameters), 'entries': sum(value.numel() for value in net.parameters.values()),
        'logits': {'shape': list(logits.shape), 'data': [digits(v) for v in logits.flatten().tolist()]},
    }
    if with_gradients:
        net = Net(seed, True, settings['activation'])
        loss = F.cross_entropy(function(net, x, classes, **arguments), torch.arange(batch * (shape[0] if of_tokens else 1)) % classes)
        loss.backward()
        result['loss'] = digits(loss.item())
        result['gradients'] = {
            key: [digits(value.grad.norm().item()),
                  digits((value.grad * uniform(f'direction.{key}', value.shape, seed)).sum().item())]
            for key, value in net.parameters.items() if value.grad is not None
        }
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--out', default=str(pathlib.Path(__file__).parent))
    parser.add_argument('--seed', type=int, default=20240611)
    options = parser.parse_args()
    content = {'seed': options.seed, 'torch': torch.__version__, 'cases': [make(case, options.seed) for case in CASES]}
    text = json.dumps(content, separators=(',', ':')).replace('{"name":', '\n{"name":')
    (pathlib.Path(options.out) / 'models.json').write_text(text + '\n')


if __name__ == '__main__':
    main()
