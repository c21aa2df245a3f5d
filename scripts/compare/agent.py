"""DreamerV3 (2023) and DyMoDreamer for images and one discrete action, in plain PyTorch: the equations of docs/algorithm.md as
anybody would write them first. Modules are named so that `Agent.state_dict()` has the names and shapes of docs/export.md.

B sequences of T steps; H imagined steps from each of the N = B·T states; E environments; A actions; F features of a state.
"""
import copy
import json
import math
from types import SimpleNamespace

import torch
from torch import nn
from torch.nn import functional as F

from networks import CategoricalHead, Decoder, Encoder, Head, Hidden, TwoHot, drawn, mixed, stage_widths, straight_through

# What the project's agents can be besides, with the only value that there is here.
SCOPE = {
    "vector": 0, "discrete": True, "reconstruction": "full", "representation_norm": "layer", "value_predictor": False, "action_predictor": False,
    "latent_difference": False, "differential_channels": False, "differential_reconstruction": False, "modulation_in_heads": True,
    "mask_step": 1, "dynamic_cnn_depth": 0, "critic_layers": 0,
}
# Switches that older fixtures do not name.
USUAL = {"divergence_reduction": "mean", "scale_advantage": True, "weight_entropy": True, "modulation_in_sequence": True}


class OutOfScope(Exception):
    """One line: which key of an agent's configuration asks for more than there is here."""


def agent_settings(keys):
    """The keys of `agent` in a configuration, of a run or of a fixture, as attributes."""
    for key, only in SCOPE.items():
        if keys.get(key, only) != only: raise OutOfScope(f"agent.{key} is {json.dumps(keys[key])}; there is only {json.dumps(only)} here")
    if keys.get("action_groups") not in (None, "", [keys["actions"]]):
        raise OutOfScope(f"agent.action_groups is {keys['action_groups']}; there is only one action here")
    if keys["image"] not in (32, 64, 128, 256): raise OutOfScope(f"agent.image is {keys['image']}; there are only 32, 64, 128 and 256 here")
    return SimpleNamespace(**(USUAL | keys))


class Dynamics(nn.Module):
    """States are rows [h, z, d] of F numbers; `codes` says how many groups and classes z and, where there is one, d have."""

    def __init__(self, c, codes, encoded):
        super().__init__()
        self.deter, self.codes = c.deter, codes
        # Of a state, what the sequence model sees besides h.
        self.fed = sum(math.prod(shape) for kind, shape in codes.items() if kind == "z" or c.modulation_in_sequence)
        self.initial = nn.Parameter(torch.zeros(c.deter))
        self.input = Hidden(self.fed + c.actions, c.hidden, c.norm_eps)
        self.gru = Hidden(c.hidden + c.deter, 3 * c.deter, c.norm_eps, linear=True)
        for kind, shape in codes.items():
            setattr(self, f"prior_{kind}", CategoricalHead(c, c.deter, *shape))
            setattr(self, f"posterior_{kind}", CategoricalHead(c, c.deter + encoded, *shape))

    def priors(self, h): return {kind: getattr(self, f"prior_{kind}")(h) for kind in self.codes}

    def posteriors(self, h, seen):
        return {kind: getattr(self, f"posterior_{kind}")(torch.cat([h, seen[kind]], -1)) for kind in self.codes}

    def start(self):
        """Before an episode [1, F]: the most probable codes at the learned h."""
        h = self.initial.tanh().unsqueeze(0)
        return torch.cat([h, *(straight_through(p.argmax(-1), p) for p in self.priors(h).values())], -1)

    def advance(self, states, actions):
        """The next h."""
        h, codes = states[..., :self.deter], states[..., self.deter:self.deter + self.fed]
        gates = self.gru(torch.cat([self.input(torch.cat([codes, actions], -1)), h], -1))
        reset, candidate, update = gates.chunk(3, -1)
        update = torch.sigmoid(update - 1)
        return update * torch.tanh(torch.sigmoid(reset) * candidate) + (1 - update) * h

    def complete(self, h, distributions, numbers):
        """States of h and of codes drawn with uniform numbers {kind: [..., groups]}."""
        return torch.cat([h, *(straight_through(drawn(p, numbers[kind]), p.exp()) for kind, p in distributions.items())], -1)


def moving(now, before, first, c):
    """o′ of frames [N, height, width, channels]: what changes, and two pixels around it; nothing at an episode's first step."""
    changed = ((now - before).abs() > c.mask_threshold).to(now.dtype).permute(0, 3, 1, 2)
    mask = F.max_pool2d(changed, c.mask_dilation, stride=1, padding=c.mask_dilation // 2).permute(0, 2, 3, 1)
    return mask * now * ~first[:, None, None, None]


def motion_divergence(predicted, shown, first, c):
    """Of the distributions of changes between frames [B, T, height, width, channels] over the pixels, none across episodes."""
    p, q = ((x[:, 1:] - x[:, :-1]).flatten(2).div(c.divergence_temperature).softmax(-1) for x in (predicted, shown))
    pixels = p * torch.log(p / (q + c.divergence_eps) + c.divergence_eps)
    pairs = pixels.sum(-1) if c.divergence_reduction == "sum" else pixels.mean(-1)
    return (pairs * ~first[:, 1:]).mean()


def discounted(rewards, goes_on, values, c):
    """λ-returns [H, N] of rewards, continuations and values [H + 1, N], the first of which are the starts'."""
    returns = [values[-1]]
    for t in range(c.horizon, 0, -1):
        returns.append(rewards[t] + c.gamma * goes_on[t] * ((1 - c.lam) * values[t] + c.lam * returns[-1]))
    return torch.stack(returns[:0:-1])


class Agent(nn.Module):
    def __init__(self, keys):
        super().__init__()
        c = self.c = agent_settings(keys)
        self.codes = {"z": (c.stoch, c.classes)} | ({"d": (c.mod_stoch, c.mod_classes)} if c.modulation else {})
        features = c.deter + sum(math.prod(shape) for shape in self.codes.values())
        self.two_hot = TwoHot(c)
        self.encoder = Encoder(c)
        if c.modulation: self.dynamic_encoder = Encoder(c)
        self.rssm = Dynamics(c, self.codes, 16 * stage_widths(c)[-1])
        self.decoder = Decoder(c, features)
        self.reward = Head(c, features, c.bins, zero=True)
        self.add_module("continue", Head(c, features, 1))
        model = list(self.parameters())
        self.actor, self.critic = Head(c, features, c.actions), Head(c, features, c.bins, zero=True)
        self.slow_critic = copy.deepcopy(self.critic).requires_grad_(False)
        self.register_buffer("return_norm", torch.zeros(2))
        self.learners = {
            name: (torch.optim.Adam(parameters, rate, eps=epsilon, fused=True), parameters, clip)
            for name, parameters, rate, epsilon, clip in [
                ("model", model, c.model_lr, c.model_eps, c.model_clip),
                ("actor", list(self.actor.parameters()), c.behavior_lr, c.behavior_eps, c.behavior_clip),
                ("critic", list(self.critic.parameters()), c.behavior_lr, c.behavior_eps, c.behavior_clip)]}

    def goes_on(self, states): return getattr(self, "continue")(states).squeeze(-1)

    def policy(self, states): return mixed(self.actor(states), self.c.unimix)

    def look(self, now, before, first):
        """What each posterior sees of frames [N, height, width, channels] in [0, 1]."""
        seen = {"z": self.encoder(now)}
        if self.c.modulation: seen["d"] = self.dynamic_encoder(moving(now, before, first, self.c))
        return seen

    @torch.no_grad()
    def act(self, images, before, first, states, actions, numbers):
        """One step in E environments, of frames uint8 [E, height, width, channels], the states and actions before them, and uniform numbers:
        states and chosen actions [E]."""
        states = torch.where(first[:, None], self.rssm.start(), states)
        h = self.rssm.advance(states, actions.masked_fill(first[:, None], 0))
        seen = self.look(*(x.to(h.dtype) / 255 for x in (images, before)), first)
        states = self.rssm.complete(h, self.rssm.posteriors(h, seen), numbers)
        return states, drawn(self.policy(states), numbers["policy"])

    def numbers_to_act(self, environments):
        return {"policy": torch.rand(environments)} | {kind: torch.rand(environments, groups) for kind, (groups, _) in self.codes.items()}

    def numbers_to_learn(self, batch, length):
        """All randomness of a training step."""
        starts, horizon = batch * length, self.c.horizon
        numbers = {"policy": torch.rand(horizon + 1, starts)}
        for kind, (groups, _) in self.codes.items():
            numbers |= {f"posterior_{kind}": torch.rand(batch, length, groups), f"imagined_{kind}": torch.rand(horizon, starts, groups)}
        return numbers

    def find_gradients(self, batch, numbers):
        """Leaves the gradients of all losses in the parameters. Returns losses and statistics by the names of docs/metrics.md."""
        for optimiser, *_ in self.learners.values(): optimiser.zero_grad()
        model, losses, states = self.model_loss(batch, numbers)
        model.backward()
        actor, critic, statistics = self.behaviour_losses(states.detach().flatten(0, 1), ~batch["is_terminal"].flatten(), numbers)
        (actor + critic).backward()
        values = {"loss.model": model, "loss.actor": actor, "loss.critic": critic} | losses | statistics
        return {name: value.detach() for name, value in values.items()}

    @torch.no_grad()
    def step(self):
        """One step of each Adam, then of the slow critic. Returns the gradients' norms before they are clipped."""
        norms = {}
        for name, (optimiser, parameters, clip) in self.learners.items():
            norms[f"grad_norm.{name}"] = nn.utils.clip_grad_norm_(parameters, clip)
            optimiser.step()
        for slow, fast in zip(self.slow_critic.parameters(), self.critic.parameters()): slow.lerp_(fast, 1 - self.c.slow_critic_decay)
        return norms

    def model_loss(self, batch, numbers):
        """Of image uint8 [B, T + 1, ...], action [B, T, A], reward, is_first and is_terminal [B, T]: the sum, its terms, and states [B, T, F]."""
        c, first = self.c, batch["is_first"].clone()
        size = first.shape
        first[:, 0] = True
        frames = batch["image"].to(self.return_norm.dtype) / 255
        shown = frames[:, 1:]
        seen = self.look(shown.flatten(0, 1), frames[:, :-1].flatten(0, 1), batch["is_first"].flatten())
        states, posteriors = self.follow(batch["action"], first, {kind: x.unflatten(0, size) for kind, x in seen.items()}, numbers)
        priors = self.rssm.priors(states[..., :c.deter])
        pictures = self.decoder(states.flatten(0, 1)).unflatten(0, size)
        losses = {
            "reward": c.reward_scale * self.two_hot.cross_entropy(self.reward(states), batch["reward"]).mean(),
            "continue": F.binary_cross_entropy_with_logits(self.goes_on(states), (~batch["is_terminal"]).to(states.dtype)),
            "image": (pictures - shown).square().flatten(2).sum(-1).mean(),
            "dyn": sum(self.excess(posteriors[kind].detach(), priors[kind]) for kind in self.codes),
            "rep": sum(self.excess(posteriors[kind], priors[kind].detach()) for kind in self.codes)}
        if c.divergence: losses["divergence"] = motion_divergence(pictures, shown, batch["is_first"], c)
        scales = {"dyn": c.beta_dyn, "rep": c.beta_rep, "divergence": c.beta_divergence}
        total = sum(scales.get(name, c.beta_pred) * loss for name, loss in losses.items())
        return total, {f"loss.{name}": loss for name, loss in losses.items()}, states

    def follow(self, actions, first, seen, numbers):
        """States [B, T, F] of sequences, and the distributions that their codes were drawn from."""
        start, states, posteriors = self.rssm.start(), [], []
        state = start.expand(len(first), -1)
        for t in range(first.shape[1]):
            begins = first[:, t, None]
            h = self.rssm.advance(torch.where(begins, start, state), actions[:, t].masked_fill(begins, 0))
            posteriors.append(self.rssm.posteriors(h, {kind: x[:, t] for kind, x in seen.items()}))
            state = self.rssm.complete(h, posteriors[-1], {kind: numbers[f"posterior_{kind}"][:, t] for kind in self.codes})
            states.append(state)
        return torch.stack(states, 1), {kind: torch.stack([p[kind] for p in posteriors], 1) for kind in self.codes}

    def excess(self, log_q, log_p):
        """KL of q and p, not below the free nats, mean."""
        return (log_q.exp() * (log_q - log_p)).sum((-2, -1)).clamp(min=self.c.free_nats).mean()

    def behaviour_losses(self, starts, alive, numbers):
        """Imagines from states [N, F]. The actor learns by REINFORCE, so that no gradient goes through what is imagined."""
        c = self.c
        states, policies, choices = [starts], [], []
        for t in range(c.horizon):
            policies.append(self.policy(states[-1]))
            choices.append(drawn(policies[-1], numbers["policy"][t]))
            with torch.no_grad():
                h = self.rssm.advance(states[-1], F.one_hot(choices[-1], c.actions).to(starts.dtype))
                states.append(self.rssm.complete(h, self.rssm.priors(h), {kind: numbers[f"imagined_{kind}"][t] for kind in self.codes}))
        states, log_p = torch.stack(states), torch.stack(policies)
        judged = self.critic(states[:-1])
        with torch.no_grad():
            rewards = self.two_hot.mean(self.reward(states))
            goes_on = torch.cat([alive.to(starts.dtype)[None], self.goes_on(states[1:]).sigmoid()])
            values = self.two_hot.mean(torch.cat([judged, self.critic(states[-1:])]))
            slow = self.two_hot.mean(self.slow_critic(states[:-1]))
            returns = discounted(rewards, goes_on, values, c)
            weights = torch.cumprod(c.gamma * goes_on[:-1], 0) / c.gamma
            ends = torch.quantile(returns.flatten(), torch.tensor([0.05, 0.95], dtype=returns.dtype))
            self.return_norm.lerp_(ends, 1 - c.return_decay)
            low, high = self.return_norm.tolist()
            advantage = (returns - values[:-1]) / (max(1, high - low) if c.scale_advantage else 1)
        chosen = log_p.gather(-1, torch.stack(choices)[..., None]).squeeze(-1)
        entropy = -(log_p.exp() * log_p).sum(-1)
        actor = -(weights * advantage * chosen + c.entropy * (weights if c.weight_entropy else 1) * entropy).mean()
        critic = (weights * (self.two_hot.cross_entropy(judged, returns) + self.two_hot.cross_entropy(judged, slow))).mean()
        return actor, critic, {"stat.return": returns.mean(), "stat.entropy": entropy.mean(), "stat.imagined_reward": rewards[1:].mean()}
