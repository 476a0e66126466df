"""Networks of ImageNet's size as PyTorch has them: peers of the bench's zoo, of the same layers."""
import torch
from torch import nn
from torch.nn import functional as F


def conv_norm(channels, filters, size, stride=1, groups=1):
    padding = (size - 1) // 2
    return [nn.Conv2d(channels, filters, size, stride, padding, groups=groups, bias=False), nn.BatchNorm2d(filters)]


class Bottleneck(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.branch = nn.Sequential(
            *conv_norm(channels, filters, 1), nn.ReLU(), *conv_norm(filters, filters, 3, stride), nn.ReLU(),
            *conv_norm(filters, 4 * filters, 1))
        self.shortcut = nn.Identity()
        if stride != 1 or channels != 4 * filters:
            self.shortcut = nn.Sequential(*conv_norm(channels, 4 * filters, 1, stride))

    def forward(self, x):
        return torch.relu(self.branch(x) + self.shortcut(x))


def resnet_50(classes=10):
    layers, channels = [*conv_norm(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
    for stage, (blocks, filters) in enumerate(((3, 64), (4, 128), (6, 256), (3, 512))):
        for block in range(blocks):
            layers.append(Bottleneck(channels, filters, 2 if stage and not block else 1))
            channels = 4 * filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))


class Squeeze(nn.Module):
    def __init__(self, channels, units):
        super().__init__()
        self.reduce, self.expand = nn.Linear(channels, units), nn.Linear(units, channels)

    def forward(self, x):
        gate = torch.sigmoid(self.expand(F.silu(self.reduce(x.mean((2, 3))))))
        return x * gate[:, :, None, None]


class Inverted(nn.Module):
    def __init__(self, channels, filters, expand, size, stride):
        super().__init__()
        inner = channels * expand
        layers = [*conv_norm(channels, inner, 1), nn.SiLU()] if expand > 1 else []
        layers += [*conv_norm(inner, inner, size, stride, inner), nn.SiLU(), Squeeze(inner, max(1, channels // 4))]
        self.branch = nn.Sequential(*layers, *conv_norm(inner, filters, 1))
        self.adds = stride == 1 and channels == filters

    def forward(self, x):
        return self.branch(x) + x if self.adds else self.branch(x)


STAGES = ((1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4),
          (6, 3, 1, 320, 1))


def efficientnet_b0(classes=10):
    layers, channels = [*conv_norm(3, 32, 3, 2), nn.SiLU()], 32
    for expand, size, stride, filters, blocks in STAGES:
        for block in range(blocks):
            layers.append(Inverted(channels, filters, expand, size, 1 if block else stride))
            channels = filters
    layers += [*conv_norm(channels, 1280, 1), nn.SiLU()]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, classes))


class Attention(nn.Module):
    def __init__(self, features, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.projection = nn.Linear(features, 3 * features), nn.Linear(features, features)

    def forward(self, x):
        batch, time, features = x.shape
        query, key, value = self.qkv(x).view(batch, time, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value)
        return self.projection(mixed.transpose(1, 2).reshape(batch, time, features))


class Transformer(nn.Module):
    def __init__(self, features, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(features, 1e-6), nn.LayerNorm(features, 1e-6)
        self.attention = Attention(features, heads)
        self.perceptron = nn.Sequential(
            nn.Linear(features, 4 * features), nn.GELU(), nn.Linear(4 * features, features))
        self.scale1 = nn.Parameter(1e-4 * torch.ones(features))
        self.scale2 = nn.Parameter(1e-4 * torch.ones(features))

    def forward(self, x):
        x = x + self.scale1 * self.attention(self.norm1(x))
        return x + self.scale2 * self.perceptron(self.norm2(x))


class Deit(nn.Module):
    def __init__(self, features, heads, patches, blocks=12, classes=10):
        super().__init__()
        self.patch = nn.Conv2d(3, features, 16, 16)
        self.positions = nn.Parameter(0.02 * torch.randn(1, patches, features))
        self.token = nn.Parameter(0.02 * torch.randn(1, 1, features))
        self.blocks = nn.Sequential(*[Transformer(features, heads) for _ in range(blocks)])
        self.norm, self.classifier = nn.LayerNorm(features, 1e-6), nn.Linear(features, classes)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2) + self.positions
        x = torch.cat([self.token.expand(len(x), -1, -1), x], 1)
        return self.classifier(self.norm(self.blocks(x))[:, 0])


def deit_tiny():
    return Deit(192, 3, 196)


class CausalAttention(nn.Module):
    def __init__(self, features, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.projection = nn.Linear(features, 3 * features), nn.Linear(features, features)

    def forward(self, x):
        query, key, value = (part.unflatten(2, (self.heads, -1)).transpose(1, 2) for part in self.qkv(x).chunk(3, 2))
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.projection(mixed.transpose(1, 2).flatten(2))


class CausalBlock(nn.Module):
    def __init__(self, features, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(features), nn.LayerNorm(features)
        self.attention = CausalAttention(features, heads)
        self.perceptron = nn.Sequential(
            nn.Linear(features, 4 * features), nn.GELU(), nn.Linear(4 * features, features))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.perceptron(self.norm2(x))


class Gpt(nn.Module):
    """Logits [batch · time, tokens] of tokens [batch, time]; the head is the table, transposed."""

    def __init__(self, blocks, features, heads, time, tokens):
        super().__init__()
        self.table = nn.Embedding(tokens, features)
        self.positions = nn.Parameter(0.02 * torch.randn(1, time, features))
        self.blocks = nn.Sequential(*[CausalBlock(features, heads) for _ in range(blocks)])
        self.norm = nn.LayerNorm(features)

    def forward(self, x):
        x = self.norm(self.blocks(self.table(x) + self.positions))
        return F.linear(x, self.table.weight).flatten(0, 1)


def gpt():
    return Gpt(6, 384, 6, 256, 96)
