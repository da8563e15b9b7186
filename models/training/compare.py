#!/usr/bin/env python3
"""The article's network beside ours, on people neither was trained on.

    python3 models/training/compare.py --weights embedder.pt --article article.pt --store DIR \
        [--photographs DIR] --out DIR

--store: rendered people by `make_store.py --split test`; --photographs: photographs by the same,
with `--described`, whose depth is that of a fitted mesh. Every face against every other; both
networks see the very same faces, through their own input rules. `colour` and `depth` blank the
other channels of the same network. SFace stands beside them on photographs. Writes comparison.json
and article.onnx into --out and prints the table.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from training import article, export, score
from training import store as store_module
from training.evaluate import described
from training.network import RgbdEmbedder

ROOT = Path(__file__).resolve().parents[2]
TIMER = ("node", "scripts/runtime.mjs", "models/training/time_networks.mts")
HEAD = "| | mean genuine | mean impostor | EER | FNMR at FMR 1e-2 | 1e-3 (95 %) | 1e-4 |"
RULE = "|---|---|---|---|---|---|---|"
FNMRS = tuple(f"fnmr@{point:g}" for point in score.FMR_POINTS)


def measured(network, to_input, part):
    """Figures of each modality of one network on some faces (`score.of_kind`)."""
    result = {}
    for modality in score.MODALITIES:
        vectors = score.vectors_of(network, part, score.showing(modality, to_input), size=64)
        result[modality] = described(vectors, part.person)
    return result


def sizes(ours, theirs, out):
    """Parameters, bytes and latency on one thread of both; writes both as ONNX into `out`."""
    example = torch.zeros(1, 4, article.SIDE_PX, article.SIDE_PX)
    files = {"ours": out / "ours.onnx", "article": out / "article.onnx"}
    export.write(ours, files["ours"])
    torch.onnx.export(theirs.eval(), example, str(files["article"]), opset_version=export.OPSET)
    command = [*TIMER, *map(str, files.values())]
    timed = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    timings = json.loads(timed.stdout)
    counts = {"ours": sum(p.numel() for p in ours.parameters())}
    counts["article"] = article.parameters(theirs)
    return {
        name: {
            "parameters": counts[name],
            "bytes": timings[str(path)]["bytes"],
            "processorMs": round(timings[str(path)]["cpuMs"], 2),
        }
        for name, path in files.items()
    }


def row(name, figures):
    """One line of the table."""
    low, high = figures["fnmr@0.001 bounds"]
    cells = [name, f"{figures['genuine']:.3f}", f"{figures['impostor']:.3f}"]
    cells += [f"{100 * figures['eer']:.1f} %"]
    cells += [f"{100 * figures[at]:.1f} %" for at in FNMRS]
    cells[5] += f" ({100 * low:.1f} to {100 * high:.1f})"
    return f"| {' | '.join(cells)} |"


def table(result):
    """The whole comparison as Markdown."""
    lines = ["| | parameters | ONNX | processor time of a face |", "|---|---|---|---|"]
    for name, size in result["sizes"].items():
        cells = (f"{size['parameters']:,}", f"{size['bytes']:,} bytes", f"{size['processorMs']} ms")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    for kind, networks in result["faces"].items():
        counts = networks["ours"]["both"]
        lines += ["", f"{kind}: {counts['people']} people, {counts['faces']} faces,"]
        lines += [f"{counts['genuinePairs']} genuine, {counts['impostorPairs']} impostor pairs"]
        lines += ["", HEAD, RULE]
        for name, modalities in networks.items():
            lines += [row(f"{name}, {m}", figures) for m, figures in modalities.items()]
    return "\n".join(lines)


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--article", type=Path, required=True)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--photographs", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    ours, theirs = RgbdEmbedder(), article.ArticleNetwork()
    ours.load_state_dict(torch.load(arguments.weights))
    theirs.load_state_dict(torch.load(arguments.article))
    arguments.out.mkdir(parents=True, exist_ok=True)
    result = {"sizes": sizes(ours, theirs, arguments.out), "faces": {}}
    networks = {"ours": (ours, score.plain_input), "article": (theirs, article.article_input)}
    parts = {"rendered": score.of_kind(store_module.load(arguments.store), "rendered")}
    if arguments.photographs:
        kept_out = store_module.load(arguments.photographs)
        parts["photographs"] = score.of_kind(kept_out, "photograph")
    for kind, part in parts.items():
        figures = {name: measured(*network, part) for name, network in networks.items()}
        if kind == "photographs":
            figures["SFace"] = {"colour": described(part.teacher, part.person)}
        result["faces"][kind] = figures
    (arguments.out / "comparison.json").write_text(json.dumps(result, indent=1) + "\n")
    print(table(result))


if __name__ == "__main__":
    main()
