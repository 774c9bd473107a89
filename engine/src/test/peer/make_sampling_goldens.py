"""What Hugging Face's logits processors leave of a distribution, for SamplerTest.

Independent fact: the probabilities after RepetitionPenaltyLogitsProcessor and the warpers for temperature, top-k, top-p
and min-p, in the order in which transformers' generate() applies them. With a Python that has torch and transformers the
real classes are used; without torch the same definitions, as their documentation gives them, are computed in numpy
float64. The file says which of the two made it.
"""

import argparse
import json
from pathlib import Path

import numpy as np

import peer

VOCABULARY = 32
SETTINGS = [
    # temperature, top_k, top_p, min_p, repetition_penalty
    (1.0, 0, 1.0, 0.0, 1.0),
    (0.7, 0, 1.0, 0.0, 1.0),
    (1.5, 0, 1.0, 0.0, 1.0),
    (1.0, 5, 1.0, 0.0, 1.0),
    (1.0, 1, 1.0, 0.0, 1.0),
    (1.0, 0, 0.9, 0.0, 1.0),
    (1.0, 0, 0.5, 0.0, 1.0),
    (1.0, 0, 1.0, 0.1, 1.0),
    (1.0, 0, 1.0, 0.0, 1.3),
    (1.0, 0, 1.0, 0.0, 0.8),
    (0.6, 20, 0.95, 0.0, 1.0),
    (0.8, 10, 0.8, 0.05, 1.1),
    (1.3, 12, 0.9, 0.02, 1.2),
]


def by_transformers(logits, history, temperature, top_k, top_p, min_p, penalty):
    import torch
    from transformers.generation import logits_process as lp

    ids, scores = torch.tensor([history]), torch.tensor([logits])
    steps = [lp.RepetitionPenaltyLogitsProcessor(penalty)] if penalty != 1 else []
    steps += [lp.TemperatureLogitsWarper(temperature)] if temperature != 1 else []
    steps += [lp.TopKLogitsWarper(top_k)] if top_k else []
    steps += [lp.TopPLogitsWarper(top_p)] if top_p < 1 else []
    steps += [lp.MinPLogitsWarper(min_p)] if min_p else []
    for step in steps:
        scores = step(ids, scores)
    return scores.double().softmax(-1)[0].tolist()


def softmax(scores):
    weights = np.exp(scores - scores.max())
    return weights / weights.sum()


def by_definition(logits, history, temperature, top_k, top_p, min_p, penalty):
    scores = np.array(logits, dtype=np.float64)
    seen = np.unique(history)
    scores[seen] = np.where(scores[seen] < 0, scores[seen] * penalty, scores[seen] / penalty)
    scores = scores / temperature
    if top_k:
        scores[scores < np.sort(scores)[-min(top_k, len(scores))]] = -np.inf
    if top_p < 1:
        # In ascending order, tokens go while what they add up to is at most 1 - top_p; the last one always stays.
        order = np.argsort(scores, kind="stable")
        gone = np.cumsum(softmax(scores)[order]) <= 1 - top_p
        gone[-1] = False
        scores[order[gone]] = -np.inf
    if min_p:
        probabilities = softmax(scores)
        scores[probabilities < min_p * probabilities.max()] = -np.inf
    return softmax(scores).tolist()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=peer.GOLDEN / "sampling_goldens.json", help="JSON to write")
    options = parser.parse_args()
    try:
        import torch
        import transformers

        compute, source = by_transformers, f"transformers {transformers.__version__}, torch {torch.__version__}"
    except ImportError:
        compute, source = by_definition, "the processors' documented definitions, in numpy float64"
    random = np.random.default_rng(5)
    rows = []
    for kind in range(2):
        for settings in SETTINGS:
            scale = 2.5 if kind == 0 else 6.0
            logits = [float(x) for x in np.round(random.normal(0, scale, VOCABULARY), 3).astype(np.float32)]
            history = [int(t) for t in random.integers(0, VOCABULARY, 12)]
            probabilities = compute(logits, history, *settings)
            names = ("temperature", "top_k", "top_p", "min_p", "repetition_penalty")
            rows.append(
                {**dict(zip(names, settings)), "logits": logits, "history": history, "probabilities": probabilities}
            )
    head = {"about": "probabilities of a 32-token vocabulary after the settings of a case", "source": source}
    peer.write_json(options.out, head, rows)
    print(f"{options.out}: {len(rows)} cases by {source}")


if __name__ == "__main__":
    main()
