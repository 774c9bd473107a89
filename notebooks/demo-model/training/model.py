"""Qwen3.5-architecture language model with an MTP head, in plain PyTorch, with the published tensor names."""

import math, torch, torch.nn as nn, torch.nn.functional as F
from dataclasses import dataclass, asdict


@dataclass
class Cfg:
    vocab_size: int = 8192
    hidden_size: int = 256
    intermediate_size: int = 704
    num_hidden_layers: int = 12
    full_attention_interval: int = 4
    num_attention_heads: int = 4
    num_key_value_heads: int = 2
    head_dim: int = 64
    partial_rotary_factor: float = 0.5
    rope_theta: float = 100000.0
    linear_num_key_heads: int = 4
    linear_num_value_heads: int = 8
    linear_key_head_dim: int = 32
    linear_value_head_dim: int = 32
    linear_conv_kernel_dim: int = 4
    rms_norm_eps: float = 1e-6
    mtp_num_hidden_layers: int = 1


def up(x):
    return x if x.dtype == torch.float64 else x.float()


class RMSNorm(nn.Module):  # zero-centred
    def __init__(self, d, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(d))
        self.eps = eps

    def forward(self, x):
        xf = up(x)
        y = xf * torch.rsqrt(xf.pow(2).mean(-1, keepdim=True) + self.eps)
        return (y * (1.0 + up(self.weight))).to(x.dtype)


class RMSNormGated(nn.Module):
    def __init__(self, d, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d))
        self.eps = eps

    def forward(self, x, z):
        xf = up(x)
        y = xf * torch.rsqrt(xf.pow(2).mean(-1, keepdim=True) + self.eps)
        y = up(self.weight) * y * F.silu(up(z))
        return y.to(z.dtype)


def chunk_gdn(q, k, v, g, beta, C=64):
    """q,k [B,T,H,Dk], v [B,T,H,Dv], g,beta [B,T,H] float32. Returns [B,T,H,Dv]."""
    B, T, H, Dk = q.shape
    Dv = v.shape[-1]
    q, k, v = (x.float().transpose(1, 2) for x in (q, k, v))
    g, beta = g.float().transpose(1, 2), beta.float().transpose(1, 2)
    q = q * torch.rsqrt(q.pow(2).sum(-1, keepdim=True) + 1e-6) * Dk**-0.5
    k = k * torch.rsqrt(k.pow(2).sum(-1, keepdim=True) + 1e-6)
    pad = (-T) % C
    if pad:
        q, k, v = (F.pad(x, (0, 0, 0, pad)) for x in (q, k, v))
        g = F.pad(g, (0, pad))
        beta = F.pad(beta, (0, pad))
    N = (T + pad) // C
    q, k, v = (x.reshape(B, H, N, C, -1) for x in (q, k, v))
    g, beta = (x.reshape(B, H, N, C) for x in (g, beta))
    gc = g.cumsum(-1)
    low = torch.ones(C, C, device=q.device, dtype=torch.bool).tril()
    strict = low.tril(-1)
    diff = gc[..., :, None] - gc[..., None, :]
    L = torch.exp(diff.masked_fill(~low, float("-inf")))
    kb = k * beta[..., None]
    vb = v * beta[..., None]
    A = -(kb @ k.transpose(-1, -2)) * L.masked_fill(~strict, 0.0)
    with torch.no_grad():
        T0 = unit_tri_inverse(A)
    Tm = T0 + T0 @ ((A - A.detach()) @ T0)  # value T0; the gradient is the inverse's own, T^t dT T^t
    uw = Tm @ torch.cat([vb, kb * gc.exp()[..., None]], -1)
    u, w = uw[..., :Dv], uw[..., Dv:]
    attn = (q @ k.transpose(-1, -2)) * L
    qe = q * gc.exp()[..., None]
    ke = (k * (gc[..., -1:] - gc).exp()[..., None]).transpose(-1, -2)
    glast = gc[..., -1].exp()
    flat = lambda x: x.reshape(B * H, *x.shape[2:])
    S = torch.zeros(B * H, Dk, Dv, device=q.device, dtype=q.dtype)
    Ss, vs = [], []
    for n in range(N):
        Ss.append(S)
        vn = flat(u[:, :, n]) - flat(w[:, :, n]) @ S
        vs.append(vn)
        S = S * flat(glast[:, :, n])[:, None, None] + flat(ke[:, :, n]) @ vn
    Ss = torch.stack(Ss, 1).view(B, H, N, Dk, Dv)
    vs = torch.stack(vs, 1).view(B, H, N, C, Dv)
    o = (qe @ Ss + attn @ vs).reshape(B, H, T + pad, Dv)[:, :, :T]
    return o.transpose(1, 2)


def unit_tri_inverse(A):
    """(I - A)^-1 for strictly lower triangular A [..., C, C]: 8x8 diagonal blocks by their power series, then block by block."""
    C = A.shape[-1]
    lead = A.shape[:-2]

    def blocks(s):
        return A.reshape(*lead, C // s, s, C // s, s).diagonal(dim1=-4, dim2=-2).movedim(-1, -3)

    mm = lambda x, y: (x[..., :, :, None] * y[..., None, :, :]).sum(-2)  # stays in float32
    D = blocks(8)
    X = D + torch.eye(8, device=A.device, dtype=A.dtype)
    P = D
    for _ in range(2):
        P = mm(P, P)
        X = X + mm(X, P)
    s = 8
    while s < C:
        X1, X2 = X[..., 0::2, :, :], X[..., 1::2, :, :]
        M = X2 @ (blocks(2 * s)[..., s:, :s] @ X1)
        X = torch.cat([torch.cat([X1, torch.zeros_like(X1)], -1), torch.cat([M, X2], -1)], -2)
        s *= 2
    return X[..., 0, :, :]


def recurrent_gdn(q, k, v, g, beta):
    """The same function token by token, in the input's precision: the definition that chunk_gdn must match."""
    B, T, H, Dk = q.shape
    Dv = v.shape[-1]
    q = q * torch.rsqrt(q.pow(2).sum(-1, keepdim=True) + 1e-6) * Dk**-0.5
    k = k * torch.rsqrt(k.pow(2).sum(-1, keepdim=True) + 1e-6)
    S = torch.zeros(B, H, Dk, Dv, device=q.device, dtype=q.dtype)
    o = []
    for t in range(T):
        S = S * g[:, t].exp()[..., None, None]
        d = (v[:, t] - (S * k[:, t, :, :, None]).sum(-2)) * beta[:, t, :, None]
        S = S + k[:, t, :, :, None] * d[:, :, None, :]
        o.append((S * q[:, t, :, :, None]).sum(-2))
    return torch.stack(o, 1)


def delta_rule(*a):
    return chunk_gdn(*a)


class GatedDeltaNet(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = c
        self.kd = c.linear_num_key_heads * c.linear_key_head_dim
        self.vd = c.linear_num_value_heads * c.linear_value_head_dim
        self.cd = 2 * self.kd + self.vd
        h = c.hidden_size
        self.in_proj_qkv = nn.Linear(h, self.cd, bias=False)
        self.in_proj_z = nn.Linear(h, self.vd, bias=False)
        self.in_proj_b = nn.Linear(h, c.linear_num_value_heads, bias=False)
        self.in_proj_a = nn.Linear(h, c.linear_num_value_heads, bias=False)
        self.conv1d = nn.Conv1d(self.cd, self.cd, c.linear_conv_kernel_dim, groups=self.cd, bias=False, padding=0)
        self.A_log = nn.Parameter(torch.log(torch.empty(c.linear_num_value_heads).uniform_(1, 16)))
        dt = torch.exp(torch.empty(c.linear_num_value_heads).uniform_(math.log(1e-3), math.log(1e-1)))
        self.dt_bias = nn.Parameter(dt + torch.log(-torch.expm1(-dt)))
        self.norm = RMSNormGated(c.linear_value_head_dim, c.rms_norm_eps)
        self.out_proj = nn.Linear(self.vd, h, bias=False)

    def forward(self, x):
        c = self.c
        B, T, _ = x.shape
        qkv = self.in_proj_qkv(x)
        z = self.in_proj_z(x).view(B, T, c.linear_num_value_heads, c.linear_value_head_dim)
        b = self.in_proj_b(x)
        a = self.in_proj_a(x)
        K = c.linear_conv_kernel_dim
        w = self.conv1d.weight.squeeze(1).to(qkv.dtype)  # [cd, K]
        p = F.pad(qkv, (0, 0, K - 1, 0))
        y = sum(p[:, i : i + T] * w[:, i] for i in range(K))
        y = F.silu(y)
        q, k, v = torch.split(y, [self.kd, self.kd, self.vd], -1)
        r = c.linear_num_value_heads // c.linear_num_key_heads
        q = q.view(B, T, c.linear_num_key_heads, -1).repeat_interleave(r, 2)
        k = k.view(B, T, c.linear_num_key_heads, -1).repeat_interleave(r, 2)
        v = v.view(B, T, c.linear_num_value_heads, -1)
        g = -up(self.A_log).exp() * F.softplus(up(a) + up(self.dt_bias))
        with torch.autocast("cuda", enabled=False):
            o = delta_rule(q, k, v, g, up(b).sigmoid())
        o = self.norm(o.to(x.dtype), z)
        return self.out_proj(o.reshape(B, T, -1))


def rope_tables(c, T, dev, start=0):
    d = int(c.head_dim * c.partial_rotary_factor)
    inv = 1.0 / (c.rope_theta ** (torch.arange(0, d, 2, device=dev).float() / d))
    f = torch.arange(start, start + T, device=dev).float()[:, None] * inv[None]
    e = torch.cat([f, f], -1)
    return e.cos(), e.sin()


def rope(x, cos, sin):  # x [B,H,T,D]
    d = cos.shape[-1]
    r, p = x[..., :d], x[..., d:]
    h = torch.cat([-r[..., d // 2 :], r[..., : d // 2]], -1)
    return torch.cat([(r * cos + h * sin).to(x.dtype), p], -1)


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = c
        h, D = c.hidden_size, c.head_dim
        self.q_proj = nn.Linear(h, c.num_attention_heads * D * 2, bias=False)
        self.k_proj = nn.Linear(h, c.num_key_value_heads * D, bias=False)
        self.v_proj = nn.Linear(h, c.num_key_value_heads * D, bias=False)
        self.o_proj = nn.Linear(c.num_attention_heads * D, h, bias=False)
        self.q_norm = RMSNorm(D, c.rms_norm_eps)
        self.k_norm = RMSNorm(D, c.rms_norm_eps)

    def qkv(self, x, cs):
        c = self.c
        B, T, _ = x.shape
        q, gate = self.q_proj(x).view(B, T, c.num_attention_heads, 2 * c.head_dim).chunk(2, -1)
        gate = gate.reshape(B, T, -1)
        q = self.q_norm(q).transpose(1, 2)
        k = self.k_norm(self.k_proj(x).view(B, T, c.num_key_value_heads, c.head_dim)).transpose(1, 2)
        v = self.v_proj(x).view(B, T, c.num_key_value_heads, c.head_dim).transpose(1, 2)
        q, k = rope(q, *cs), rope(k, *cs)
        r = c.num_attention_heads // c.num_key_value_heads
        return q.to(v.dtype), k.to(v.dtype).repeat_interleave(r, 1), v.repeat_interleave(r, 1), gate

    def out(self, o, gate):
        B, H, T, D = o.shape
        return self.o_proj(o.transpose(1, 2).reshape(B, T, -1) * gate.sigmoid())

    def forward(self, x, cs):
        q, k, v, gate = self.qkv(x, cs)
        return self.out(F.scaled_dot_product_attention(q, k, v, is_causal=True), gate)


class MLP(nn.Module):
    def __init__(self, c):
        super().__init__()
        h, i = c.hidden_size, c.intermediate_size
        self.gate_proj = nn.Linear(h, i, bias=False)
        self.up_proj = nn.Linear(h, i, bias=False)
        self.down_proj = nn.Linear(i, h, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, c, linear):
        super().__init__()
        self.linear = linear
        if linear:
            self.linear_attn = GatedDeltaNet(c)
        else:
            self.self_attn = Attention(c)
        self.mlp = MLP(c)
        self.input_layernorm = RMSNorm(c.hidden_size, c.rms_norm_eps)
        self.post_attention_layernorm = RMSNorm(c.hidden_size, c.rms_norm_eps)

    def forward(self, x, cos, sin):
        n = self.input_layernorm(x)
        x = x + (self.linear_attn(n) if self.linear else self.self_attn(n, (cos, sin)))
        return x + self.mlp(self.post_attention_layernorm(x))


class Text(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.embed_tokens = nn.Embedding(c.vocab_size, c.hidden_size)
        self.layers = nn.ModuleList(
            Layer(c, (i + 1) % c.full_attention_interval != 0) for i in range(c.num_hidden_layers)
        )
        self.norm = RMSNorm(c.hidden_size, c.rms_norm_eps)


class Mtp(nn.Module):
    def __init__(self, c):
        super().__init__()
        h = c.hidden_size
        self.fc = nn.Linear(2 * h, h, bias=False)
        self.pre_fc_norm_embedding = RMSNorm(h, c.rms_norm_eps)
        self.pre_fc_norm_hidden = RMSNorm(h, c.rms_norm_eps)
        self.layers = nn.ModuleList([Layer(c, False)])
        self.norm = RMSNorm(h, c.rms_norm_eps)

    def step(self, e, h, cs, past, mask):
        """One draft step over all positions; keys of earlier steps in past, mask [T, steps*T]. Step s at position t stands
        in cache slot t+s-1, so cs holds the rotary tables for that slot."""
        x = self.fc(torch.cat([self.pre_fc_norm_embedding(e), self.pre_fc_norm_hidden(h)], -1))
        l = self.layers[0]
        a = l.self_attn
        q, k, v, gate = a.qkv(l.input_layernorm(x), cs)
        past.append((k, v))
        K = torch.cat([p[0] for p in past], 2)
        V = torch.cat([p[1] for p in past], 2)
        o = (
            F.scaled_dot_product_attention(q, K, V, is_causal=True)
            if len(past) == 1
            else F.scaled_dot_product_attention(q, K, V, attn_mask=mask)
        )
        x = x + a.out(o, gate)
        x = x + l.mlp(l.post_attention_layernorm(x))
        return self.norm(x)


def token_loss(h, W, tgt):
    """Per-token cross entropy and greedy choice; the trainer compiles this so that float32 logits are never stored."""
    lg = F.linear(h, W.to(h.dtype))
    V = lg.shape[-1]
    return F.cross_entropy(lg.float().reshape(-1, V), tgt.reshape(-1), reduction="none").view(
        tgt.shape
    ), lg.detach().argmax(-1)


class Demo(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = c
        self.text = Text(c)
        self.mtp = Mtp(c)
        for n, p in self.named_parameters():
            if p.ndim == 2:
                s = 0.02
                if n.endswith(("o_proj.weight", "down_proj.weight", "out_proj.weight")):
                    s = 0.02 / math.sqrt(2 * c.num_hidden_layers)
                nn.init.normal_(p, std=s)
            elif n.endswith("conv1d.weight"):
                nn.init.uniform_(p, -0.5, 0.5)

    def hidden(self, ids, embeds=None):
        x = self.text.embed_tokens(ids) if embeds is None else embeds
        cos, sin = rope_tables(self.c, x.shape[1], x.device)
        if torch.is_autocast_enabled():
            x = x.to(torch.bfloat16)
        for l in self.text.layers:
            x = l(x, cos, sin)
        return self.text.norm(x)

    def logits(self, h):
        return F.linear(h, self.text.embed_tokens.weight.to(h.dtype))

    def loss(self, ids, mask=None, depth=3, mtp_rows=None):
        """ids [B,T]; mask [B,T] 1 where the token is a target. Returns main loss, list of mtp losses, mtp accept rates."""
        B, T = ids.shape
        h = self.hidden(ids)
        W = self.text.embed_tokens.weight

        def ce(hh, tgt, m):
            l, am = token_loss(hh, W, tgt)
            if m is None:
                return l.mean(), am
            m = m.float()
            return (l * m).sum() / m.sum().clamp(min=1), am

        main, am = ce(h[:, :-1], ids[:, 1:], None if mask is None else mask[:, 1:])
        R = mtp_rows or B
        am = am[:R]  # main's greedy choice at t for token t+1
        n = (T - 1 - depth) // 8 * 8
        ids_r = ids[:R]
        m_r = None if mask is None else mask[:R]
        x = h[:R, :n]
        past = []
        losses = []
        acc = []
        causal = torch.ones(n, n, device=ids.device, dtype=torch.bool).tril()
        diag = torch.eye(n, device=ids.device, dtype=torch.bool)
        for s in range(1, depth + 1):
            e = self.text.embed_tokens(ids_r[:, s : s + n]).to(x.dtype)
            mk = torch.cat([causal] + [diag] * (s - 1), 1)
            x = self.mtp.step(e, x, rope_tables(self.c, n, ids.device, s - 1), past, mk)
            l, dm = ce(x, ids_r[:, s + 1 : s + 1 + n], None if m_r is None else m_r[:, s + 1 : s + 1 + n])
            losses.append(l)
            with torch.no_grad():
                acc.append((dm == am[:, s : s + n]).float().mean())
        return main, losses, acc


def hf_state(model):
    """Tensors under the names the published checkpoints use."""
    out = {}
    for n, p in model.state_dict().items():
        if n.startswith("text."):
            n = "model.language_model." + n[5:]
        out[n] = p.detach().to(torch.bfloat16).contiguous()
    return out
