"""Layers and distributions of agent.py."""
import math

import torch
from torch import nn
from torch.nn import functional as F


def hidden_weight(*shape):
    """Normal, cut at two deviations; 0.87963 is the deviation of a standard normal that is cut so."""
    weight = nn.Parameter(torch.empty(shape))
    deviation = math.sqrt(1 / mean_fan(shape)) / 0.87962566
    nn.init.trunc_normal_(weight, std=deviation, a=-2 * deviation, b=2 * deviation)
    return weight


def output_weight(*shape):
    limit = math.sqrt(3 / mean_fan(shape))
    return nn.Parameter(torch.empty(shape).uniform_(-limit, limit))


def mean_fan(shape):
    """Of a matrix [outputs, inputs] or a kernel [outputs, 4, 4, inputs], whose window counts for both."""
    return math.prod(shape[1:-1]) * (shape[0] + shape[-1]) / 2


class Norm(nn.Module):
    """Over the last axis."""

    def __init__(self, channels, epsilon):
        super().__init__()
        self.scale, self.offset = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))
        self.epsilon = epsilon

    def forward(self, x): return F.layer_norm(x, x.shape[-1:], self.scale, self.offset, self.epsilon)


class Hidden(nn.Module):
    """SiLU(LayerNorm(x W)); without the SiLU where `linear`."""

    def __init__(self, inputs, outputs, epsilon, linear=False):
        super().__init__()
        self.weight, self.norm, self.linear = hidden_weight(outputs, inputs), Norm(outputs, epsilon), linear

    def forward(self, x):
        y = self.norm(F.linear(x, self.weight))
        return y if self.linear else F.silu(y)


class Output(nn.Module):
    def __init__(self, inputs, outputs, zero=False):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outputs, inputs)) if zero else output_weight(outputs, inputs)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x): return F.linear(x, self.weight, self.bias)


class Head(nn.Module):
    def __init__(self, c, inputs, outputs, zero=False):
        super().__init__()
        widths = [inputs] + c.mlp_layers * [c.hidden]
        self.layers = nn.Sequential(*(Hidden(*pair, c.norm_eps) for pair in zip(widths, widths[1:])))
        self.out = Output(c.hidden, outputs, zero)

    def forward(self, x): return self.out(self.layers(x))


class Stage(nn.Module):
    """A convolution of 4×4 with stride 2, [images, height, width, channels], transposed where images grow (`up`). The last of a decoder has a
    bias, and neither norm nor SiLU."""

    def __init__(self, c, inputs, outputs, up=False, last=False):
        super().__init__()
        self.up = up
        self.weight = (output_weight if last else hidden_weight)(outputs, 4, 4, inputs)
        self.bias = nn.Parameter(torch.zeros(outputs)) if last else None
        self.norm = None if last else Norm(outputs, c.norm_eps)

    def forward(self, x):
        x = x.permute(0, 3, 1, 2)
        if self.up: y = F.conv_transpose2d(x, self.weight.permute(3, 0, 1, 2), self.bias, stride=2, padding=1)
        else: y = F.conv2d(x, self.weight.permute(0, 3, 1, 2), stride=2, padding=1)
        y = y.permute(0, 2, 3, 1)
        return F.silu(self.norm(y)) if self.norm else y


def stage_widths(c):
    """Channels of an encoder's stages, down to 4×4: the last four double, what an image beyond 64² needs comes first."""
    count = int(math.log2(c.image)) - 2
    return [c.cnn_depth * 2 ** max(0, stage - max(0, count - 4)) for stage in range(count)]


class Encoder(nn.Module):
    def __init__(self, c):
        super().__init__()
        widths = [c.channels, *stage_widths(c)]
        self.convs = nn.Sequential(*(Stage(c, *pair) for pair in zip(widths, widths[1:])))

    def forward(self, images): return self.convs(images - 0.5).flatten(1)


class Decoder(nn.Module):
    def __init__(self, c, features):
        super().__init__()
        widths = [*stage_widths(c)[::-1], c.channels]
        self.input = Output(features, 16 * widths[0])
        self.convs = nn.Sequential(*(Stage(c, widths[k], widths[k + 1], up=True, last=k == len(widths) - 2) for k in range(len(widths) - 1)))

    def forward(self, states): return self.convs(self.input(states).unflatten(-1, (4, 4, -1))) + 0.5


class CategoricalHead(nn.Module):
    """Logarithms of probabilities [..., groups, classes], mixed with a little of the uniform distribution."""

    def __init__(self, c, inputs, groups, classes):
        super().__init__()
        self.hidden, self.logits = Hidden(inputs, c.hidden, c.norm_eps), Output(c.hidden, groups * classes)
        self.shape, self.uniform = (groups, classes), c.unimix

    def forward(self, x): return mixed(self.logits(self.hidden(x)).unflatten(-1, self.shape), self.uniform)


def mixed(logits, uniform):
    return torch.log((1 - uniform) * logits.softmax(-1) + uniform / logits.shape[-1])


def drawn(log_p, number):
    """Where uniform numbers fall in the cumulative distributions."""
    edges = log_p.detach().exp().cumsum(-1)
    return (edges <= number.unsqueeze(-1)).sum(-1).clamp(max=log_p.shape[-1] - 1)


def straight_through(chosen, through):
    """One-hot of what was chosen, with the gradient of `through`, flat."""
    one = F.one_hot(chosen, through.shape[-1]).to(through.dtype)
    return (one + (through - through.detach())).flatten(-2)


class TwoHot:
    """A number as a distribution over equally spaced values of its symlog."""

    def __init__(self, c): self.limit, self.count = c.bin_limit, c.bins

    def mean(self, logits):
        values = torch.linspace(-self.limit, self.limit, self.count, dtype=logits.dtype)
        x = logits.softmax(-1) @ values
        return x.sign() * torch.expm1(x.abs())

    def cross_entropy(self, logits, number):
        x = number.sign() * torch.log1p(number.abs())
        place = ((x + self.limit) * (self.count - 1) / (2 * self.limit)).clamp(0, self.count - 1)
        below = place.floor().clamp(max=self.count - 2)
        share, log_p = place - below, logits.log_softmax(-1)
        pair = log_p.gather(-1, torch.stack([below, below + 1], -1).long())
        return -((1 - share) * pair[..., 0] + share * pair[..., 1])
