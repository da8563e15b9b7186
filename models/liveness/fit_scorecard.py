#!/usr/bin/env python3
"""Fit the scorecard of liveness on the tuning set and write it as TypeScript.

    python3 models/render/make_attacks.py --out DIR --set tune      (and tune-hard, and tune-worn)
    facelatch experiment attacks --recordings DIR/tune --observations FILE
    python3 models/liveness/fit_scorecard.py --observations FILE ...

Logistic regression whose weights cannot be negative: each cue costs log-odds by how many spreads it
lies below or above the median of living faces, so that a face never seems more alive for lying
farther away from them. Prints the mean log-odds that a look must reach and what that does to the
tuning people, whom the figures of docs/liveness.md do not hold.
"""

import argparse
import json
import re
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm

OUT = Path(__file__).resolve().parents[2] / "main" / "vision" / "liveness-weights.ts"
FARTHEST_SPREADS = 6.0  # as main/vision/liveness.ts has it
SUREST = np.log((1 - 1e-5) / 1e-5)  # as main/identity/look-liveness.ts has it
RIDGE = 0.02
LIVING_REFUSED = 0.01
# Which side of the living costs. A face that agrees better with its mesh, or whose sensor is quieter,
# than the rendered ones is no less alive: only sides that some attack has a reason to lie on count. The chin is left out: beards and looking up
# move it more than any attack does.
BELOW, ABOVE, BOTH = (True, False), (False, True), (True, True)
SIDES = {
    "reliefMm": BELOW,
    "noseProtrusionMm": BELOW,
    "pupilDistanceMm": BOTH,
    "meshAgreement": BELOW,
    "bentResidualMm": BELOW,
    "featureAgreement": BELOW,
    "meshScale": BELOW,
    "meshResidualMm": ABOVE,
    "slopeMismatchDeg": ABOVE,
    "orbitDepthMm": BOTH,
    "foreheadHeightMm": BOTH,
    "roughnessMm": ABOVE,
    "missingShare": ABOVE,
    "outlineDropShare": BELOW,
    "outlineStepMm": BELOW,
    "edgeContrast": BELOW,
    "reliefChangeMm": ABOVE,
    "headLogOdds": BELOW,
}
# The head network says itself how sure it is, and is surer of rendered heads than of real ones: it
# costs only what lies below most living heads (this percentile of them).
BEGINS = {"headLogOdds": 8}
# Injected frames are recordings of the living.
NOT_FITTED = ("injected-frames",)


def read_sessions(*paths):
    """The sessions of observation files, in their order; `file` says of which: sets name sessions alike."""
    sessions = []
    for number, path in enumerate(paths):
        for line in Path(path).read_text().splitlines()[1:]:
            try:
                sessions.append({**json.loads(line), "file": number})
            except ValueError:
                continue  # a run was cut off while it wrote this line
    return sessions


def frames_of(sessions, real=False):
    """[((file, session), species or None, cues {name: value or nan}, within bounds)] of `read_sessions`.

    real: frames of real people (`--real` of the experiment) instead of rendered looks.
    """
    frames = []
    for entry in sessions:
        session = entry["session"]
        species = session.split("/")[1] if session.startswith("attacks/") else None
        # Enrolment is no look at the lock, and real people are measured, never fitted on.
        if session.startswith("real/") != real:
            continue
        if species is None and not real and "/look-" not in session:
            continue
        for seen in entry["observations"]:
            # A frame of a real person that gave no vector was never judged.
            if real and "embedding" not in seen:
                continue
            if seen["kind"] == "face" and seen["liveness"]["kind"] != "unknown":
                cues = {
                    c["name"]: np.nan if c["value"] is None else float(c["value"])
                    for c in seen["liveness"]["cues"]
                }
                within = seen["liveness"]["kind"] == "live"
                frames.append(((entry["file"], session), species, cues, within))
    return frames


def scale(living, begins=50):
    """Where costs begin (this percentile), spread and median of values, nan left out.

    The spread is a normal distribution's, from the quartiles; where costs begin below the median,
    from that percentile: answers that crowd at their upper end say nothing of how far one may fall.
    """
    start, low, median, high = np.nanpercentile(living, [begins, 25, 50, 75])
    spread = (high - low) / 1.349 if begins == 50 else (median - start) / norm.ppf(1 - begins / 100)
    return start, max(spread, 1e-3), median


def features(values, scales):
    """[N,2K] spreads below and above where each cue's costs begin; 0 where it was not measured.

    scales [K,3] of `scale`.
    """
    spreads = (values - scales[:, 0]) / scales[:, 1]
    spreads = np.clip(np.nan_to_num(spreads), -FARTHEST_SPREADS, FARTHEST_SPREADS)
    return np.concatenate([np.maximum(-spreads, 0), np.maximum(spreads, 0)], 1)


def fit(x, alive, weight, allowed):
    """Bias and weights [K] >= 0 of log-odds = bias - x @ weights.

    weight [N] of the frames; allowed [K] bool: which weights may be above zero.
    """
    sign = np.where(alive, 1.0, -1.0)

    def loss(p):
        margin = sign * (p[0] - x @ p[1:])
        value = (weight * np.logaddexp(0, -margin)).sum() + RIDGE * (p[1:] ** 2).sum()
        pull = -weight * sign / (1 + np.exp(np.clip(margin, -50, 50)))
        return value, np.concatenate([[pull.sum()], -x.T @ pull + 2 * RIDGE * p[1:]])

    start = np.concatenate([[2.0], 0.1 * np.asarray(allowed, float)])
    limits = [(None, None)] + [(0, None if free else 0) for free in allowed]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=limits)
    return found.x[0], found.x[1:]


def balanced(species):
    """Weights [N] that give the living and all attacks half each, every species alike."""
    weight = np.zeros(len(species))
    kinds = sorted({s for s in species if s is not None})
    for kind in (None, *kinds):
        members = np.array([s == kind for s in species])
        weight[members] = (0.5 if kind is None else 0.5 / len(kinds)) / max(1, members.sum())
    return weight


def look_means(sessions, log_odds):
    """{session: mean log-odds}."""
    sums = {}
    for session, value in zip(sessions, np.clip(log_odds, -SUREST, SUREST)):
        sums.setdefault(session, []).append(value)
    return {session: float(np.mean(values)) for session, values in sums.items()}


def card(path=OUT):
    """(bias, {cue: (begins, middle, spread, below, above)}) of the committed TypeScript."""
    text = Path(path).read_text()
    bias = float(re.search(r"livenessBias = ([-\d.]+);", text)[1])
    number = r"([-\d.e]+)"
    fields = ("begins", "middle", "spread", "below", "above")
    row = r"name: '(\w+)', " + ", ".join(f"{field}: {number}" for field in fields)
    return bias, {
        name: tuple(float(n) for n in numbers) for name, *numbers in re.findall(row, text)
    }


def log_odds_of(cues, scorecard):
    """Log-odds of one frame's {cue: value} by `card`."""
    bias, rows = scorecard
    total = bias
    for name, (begins, _, spread, below, above) in rows.items():
        spreads = np.clip((cues[name] - begins) / spread, -FARTHEST_SPREADS, FARTHEST_SPREADS)
        if np.isfinite(spreads):
            total -= max(-spreads, 0) * below + max(spreads, 0) * above
    return float(total)


def written(names, scales, bias, weights, provenance):
    """The TypeScript file."""
    half = len(names)
    rows = []
    for k, name in enumerate(names):
        below, above = weights[k], weights[half + k]
        if below < 0.0005 and above < 0.0005:
            continue
        rows.append(
            f"  {{ name: '{name}', begins: {scales[k, 0]:.5g}, middle: {scales[k, 2]:.5g}, "
            f"spread: {scales[k, 1]:.5g}, "
            f"below: {round(below, 3):g}, above: {round(above, 3):g} }},"
        )
    text = OUT.read_text()
    head = text[: text.index("/** Log-odds of a face")]
    return (
        head
        + "/** Log-odds of a face whose cues all lie where living faces lie most. */\n"
        + f"export const livenessBias = {round(bias, 3)};\n\n"
        + f"/** {provenance} */\n"
        + "// biome-ignore format: a table\n"
        + "export const cueWeights: readonly CueWeight[] = [\n"
        + "\n".join(rows)
        + "\n];\n"
    )


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--observations", required=True, nargs="+")
    parser.add_argument("--without", action="append", default=[], help="leave a cue out")
    parser.add_argument("--mark", type=float, help="look at this mark in place of the rule's")
    parser.add_argument("--dry", action="store_true", help="print, write nothing")
    arguments = parser.parse_args()
    sessions = read_sessions(*arguments.observations)
    frames = frames_of(sessions)
    species = [f[1] for f in frames]
    if not any(s is None for s in species) or all(s is None for s in species):
        sys.exit(f"{', '.join(arguments.observations)}: no living faces there, or no attacks.")
    names = [n for n in SIDES if n not in arguments.without]
    values = np.array([[f[2][n] for n in names] for f in frames])
    alive = np.array([s is None for s in species])
    within = np.array([f[3] for f in frames])
    scales = np.array(
        [scale(values[alive & within, k], BEGINS.get(name, 50)) for k, name in enumerate(names)]
    )
    x = features(values, scales)
    allowed = [SIDES[n][0] for n in names] + [SIDES[n][1] for n in names]
    fitted = np.array([s not in NOT_FITTED for s in species])
    weight = balanced([s for s in species if s not in NOT_FITTED])
    bias, weights = fit(x[fitted], alive[fitted], weight, allowed)
    means = look_means([f[0] for f in frames], bias - x @ weights)
    kinds = {f[0]: f[1] for f in frames}
    living = np.sort([m for s, m in means.items() if kinds[s] is None])
    least = min(0.0, float(np.floor(np.quantile(living, LIVING_REFUSED) * 100) / 100))
    spread = " ".join(f"{v:.1f}" for v in np.percentile(living, [0, 1, 5, 50]))
    print(f"living looks {len(living)}, mean log-odds {spread} (least, 1 %, 5 %, half)")
    print(
        f"least mean log-odds: {least:.2f} (even odds, or less where {LIVING_REFUSED:.0%} are under)"
    )
    if arguments.mark is not None:
        least = arguments.mark
        print(f"at {least:.2f}, {np.mean(living < least):.1%} of living looks are under")
    outside = {s for s, _, _, ok in frames if not ok}
    for number, path in enumerate(arguments.observations):
        print(f"{Path(path).name}:")
        for kind in sorted({k for (file, _), k in kinds.items() if file == number and k}):
            some = [s for s in means if s[0] == number and kinds[s] == kind]
            over = [s for s in some if means[s] >= least]
            both = [s for s in over if s not in outside]
            passed = f"{len(over)} over it, {len(both)} of them within all bounds"
            print(f"  {kind}: {len(some)} looks, {passed}")
    real = frames_of(sessions, real=True)
    if real:
        x = features(np.array([[f[2][n] for n in names] for f in real]), scales)
        passed = np.mean([ok for *_, ok in real] & (bias - x @ weights >= least))
        print(f"real frames: {len(real)}, {1 - passed:.1%} refused")
        theirs, rendered = (
            np.nanmedian([f[2]["headLogOdds"] for f in some])
            for some in (real, [f for f in frames if f[1] is None])
        )
        print(f"median headLogOdds: real {theirs:.1f}, rendered living {rendered:.1f}")
    count = sum(1 for s in kinds.values() if s is not None and s not in NOT_FITTED)
    provenance = (
        f"Fitted by `models/liveness/fit_scorecard.py` on {len(living)} living looks and {count} "
        "attacks of the tuning people of `models/render/make_attacks.py`."
    )
    text = written(names, scales, bias, weights, provenance)
    if arguments.dry:
        print(text)
    else:
        OUT.write_text(text)


if __name__ == "__main__":
    main()
