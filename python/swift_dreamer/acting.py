"""Acts with the weights that `dreamer export` writes. Needs numpy and safetensors, and nothing else of this package: copy it."""
import json
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view as windows


def sigmoid(x): return 1 / (1 + np.exp(-x))
def silu(x): return x * sigmoid(x)


class Policy:
    """A policy for rows of environments that act together; it keeps the state of each row between calls of `act`."""

    def __init__(self, config, weights, seed=0):
        self.config, self.c, self.w = config, config["agent"], weights
        self.random, self.state, self.frames = np.random.default_rng(seed), None, []

    @classmethod
    def load(cls, path, seed=0):
        from safetensors import safe_open
        with safe_open(path, "numpy") as file:
            return cls(json.loads(file.metadata()["config"]), {k: file.get_tensor(k) for k in file.keys()}, seed)

    # Layers: weights are [out, in] and [out, height, width, in], activations [rows, ...] with channels last.
    def norm(self, name, x):
        w = lambda kind: self.w[f"{name}.norm.{kind}"]
        if f"{name}.norm.running_mean" in self.w: x = (x - w("running_mean")) / np.sqrt(w("running_variance") + np.float32(self.c["batch_norm_eps"]))
        else: x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + np.float32(self.c["norm_eps"]))
        return x * w("scale") + w("offset")

    def linear(self, name, x): return x @ self.w[f"{name}.weight"].T + self.w.get(f"{name}.bias", np.float32(0))
    def dense(self, name, x): return silu(self.norm(name, self.linear(name, x)))

    def layers(self, name, x):
        for k in range(self.c["mlp_layers"]): x = self.dense(f"{name}.layers.{k}", x)
        return x

    def encode(self, name, x):  # [rows, size, size, channels] in [0, 1]
        x, k = x - np.float32(0.5), 0
        while (kernel := self.w.get(f"{name}.convs.{k}.weight")) is not None:
            seen = windows(np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0))), (4, 4), (1, 2))[:, ::2, ::2]
            x, k = silu(self.norm(f"{name}.convs.{k}", np.tensordot(seen, kernel, ((3, 4, 5), (3, 1, 2))))), k + 1
        return x.reshape(len(x), -1)

    # Categorical variables: a one-hot for each group. Without a uniform number u the most probable class is taken.
    def mixed(self, logits, classes):
        e = np.exp((x := logits.reshape(len(logits), -1, classes)) - x.max(-1, keepdims=True))
        return np.float32(1 - self.c["unimix"]) * e / e.sum(-1, keepdims=True) + np.float32(self.c["unimix"] / classes)

    def choose(self, p, u=None):
        index = (p if u is None else p.cumsum(-1) > u[..., None]).argmax(-1)
        return np.eye(p.shape[-1], dtype=np.float32)[index].reshape(len(p), -1)

    def latent(self, name, x, classes, u=None):
        return self.choose(self.mixed(self.linear(f"rssm.{name}.logits", self.dense(f"rssm.{name}.hidden", x)), classes), u)

    def differential(self, image, first):  # o': the image where it has moved, or near to that
        back = np.clip(self.ages, 1, self.c["mask_step"]) if self.frames else np.ones(len(image), int)
        before = np.stack([self.frames[-b][r] for r, b in enumerate(back)]) if self.frames else image
        moved, k = np.abs(image.astype(np.int16) - before) / 255 > self.c["mask_threshold"], self.c["mask_dilation"] // 2
        mask = windows(np.pad(moved, ((0, 0), (k, k), (k, k), (0, 0))), (2 * k + 1, 2 * k + 1), (1, 2)).any((-1, -2))
        self.frames, self.ages = [*self.frames, image][-self.c["mask_step"]:], np.where(first, 1, getattr(self, "ages", 0) + 1)
        return mask * ~first[:, None, None, None] * (image / np.float32(255))

    def act(self, image=None, vector=None, first=None, sample=True, noise=None):
        """Actions [rows, size] after an observation: image uint8 [rows, size, size, channels], vector [rows, numbers].

        `first` says where an episode begins, everywhere at the first call. `noise` may give the random numbers: z and d
        uniform [rows, groups], action uniform [rows, groups] or standard normal [rows, size]. `sample=False` takes the most
        probable action, or the mean. The distribution stays in `self.distribution`, the most probable action in `self.mode`."""
        c, w, rows, noise = self.c, self.w, len(vector if image is None else image), noise or {}
        first = np.ones(rows, bool) if self.state is None else np.asarray(first, bool)
        uniform = lambda key, groups: noise[key] if key in noise else self.random.random((rows, groups), np.float32)
        seen, moved = [], None
        if c["image"]:
            o = np.asarray(image) / np.float32(255)
            if c["modulation"] or c["differential_channels"]: moved = self.differential(np.asarray(image), first)
            seen.append(self.encode("encoder", np.concatenate([o, moved], -1) if c["differential_channels"] else o))
        if c["vector"]: v = np.asarray(vector, np.float32); seen.append(self.layers("vector_encoder", np.sign(v) * np.log1p(np.abs(v))))
        # Where an episode begins: h = tanh(w), z and d the modes of their priors at h, no action before.
        h, start = np.tanh(w["rssm.initial"])[None], first[:, None]
        z, d = self.latent("prior_z", h, c["classes"]), np.zeros((1, 0), np.float32)
        if c["modulation"]: d = self.latent("prior_d", h, c["mod_classes"])
        if c["latent_difference"]: d = 0 * z
        old = self.state or (h, z, d, np.zeros((1, c["actions"]), np.float32))
        h, z, d, a = (np.where(start, new, past) for new, past in zip((h, z, d, np.float32(0)), old))
        # h' = GRU(Dense(z, d, a), h), then z from h' and what is seen, d from h' and what has moved.
        x = self.dense("rssm.input", np.concatenate([z, d, a / np.maximum(1, np.abs(a))] if c["modulation_in_sequence"] else [z, a / np.maximum(1, np.abs(a))], -1))
        reset, candidate, update = np.split(self.norm("rssm.gru", self.linear("rssm.gru", np.concatenate([x, h], -1))), 3, -1)
        update, z_before = sigmoid(update - 1), z
        h = update * np.tanh(sigmoid(reset) * candidate) + (1 - update) * h
        z = self.latent("posterior_z", np.concatenate([h, *seen], -1), c["classes"], uniform("z", c["stoch"]))
        if c["modulation"]: d = self.latent("posterior_d", np.concatenate([h, self.encode("dynamic_encoder", moved)], -1), c["mod_classes"], uniform("d", c["mod_stoch"]))
        if c["latent_difference"]: d = z - z_before
        out = self.linear("actor.out", self.layers("actor", np.concatenate([h, z, d] if c["modulation_in_heads"] else [h, z], -1)))
        if c["discrete"]:
            groups = self.config["action"]["groups"]; u = uniform("action", len(groups))
            ps = [self.mixed(part, size) for part, size in zip(np.split(out, np.cumsum(groups)[:-1], -1), groups)]
            self.distribution = (np.concatenate([p[:, 0] for p in ps], -1),)
            drawn = np.concatenate([self.choose(p, u[:, k:k + 1]) for k, p in enumerate(ps)], -1)
            self.mode = np.concatenate([self.choose(p) for p in ps], -1)
        else:
            mean, spread = np.split(out, 2, -1)
            self.distribution = mean, deviation = np.tanh(mean), 0.9 * sigmoid(spread + 2) + 0.1
            normal = noise["action"] if "action" in noise else self.random.standard_normal(mean.shape, np.float32)
            drawn, self.mode = mean + deviation * normal, mean
        a = drawn if sample else self.mode
        self.state = (h, z, d, a)
        return a
