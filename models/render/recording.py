"""Write a recording in the TUM RGB-D layout."""

import json
import struct
import zlib

import numpy as np


def png16(values, compression=9):
    """PNG bytes of a [H,W] uint16 picture; no row prediction, which suits depth in steps."""
    rows = values.astype(">u2").view(np.uint8).reshape(values.shape[0], -1)
    raw = np.concatenate([np.zeros((len(rows), 1), np.uint8), rows], 1).tobytes()

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], 16, 0, 0, 0, 0)
    parts = [
        chunk(b"IHDR", header),
        chunk(b"IDAT", zlib.compress(raw, compression)),
        chunk(b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


class Recording:
    """One session folder: calibration.json, the pictures and the lists that name them."""

    def __init__(self, folder, camera, start_s, fps=10.0, compression=9):
        self.folder = folder
        self.start_s, self.fps, self.count = start_s, fps, 0
        self.compression = compression
        self.lines = {"rgb": [], "depth": [], "truth": [], "landmarks": []}
        for part in ("rgb", "depth"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        side = {
            "width": camera.width,
            "height": camera.height,
            "fx": camera.fx,
            "fy": camera.fy,
            "cx": camera.cx,
            "cy": camera.cy,
        }
        transform = {"rotation": [1, 0, 0, 0, 1, 0, 0, 0, 1], "translationMm": [0, 0, 0]}
        calibration = {"color": side, "depth": side, "depthToColor": transform, "depthScaleMm": 1}
        (folder / "calibration.json").write_text(json.dumps(calibration, indent=2) + "\n")

    def add(self, jpeg_bytes, depth_mm, truth=None, five_points=None):
        """Add a frame; truth is (yawDeg, pitchDeg, rollDeg, distanceMm), five_points [5,2] px."""
        stamp = f"{self.start_s + self.count / self.fps:.3f}"
        colour_name, depth_name = f"rgb/{stamp}.jpg", f"depth/{stamp}.png"
        (self.folder / colour_name).write_bytes(jpeg_bytes)
        (self.folder / depth_name).write_bytes(png16(depth_mm, self.compression))
        self.lines["rgb"].append(f"{stamp} {colour_name}")
        self.lines["depth"].append(f"{stamp} {depth_name}")
        if truth is not None:
            self.lines["truth"].append(stamp + " " + " ".join(f"{v:.2f}" for v in truth))
        if five_points is not None:
            flat = np.asarray(five_points).reshape(-1)
            self.lines["landmarks"].append(stamp + " " + " ".join(f"{v:.2f}" for v in flat))
        self.count += 1

    def close(self):
        """Write the lists."""
        headers = {
            "rgb": "# timestamp_s path",
            "depth": "# timestamp_s path (16-bit, mm, 0 = no reading)",
            "truth": "# timestamp_s yawDeg pitchDeg rollDeg distanceMm",
            "landmarks": "# timestamp_s px: x y of right eye, left eye, nose tip, "
            "mouth right, left",
        }
        for name, header in headers.items():
            (self.folder / f"{name}.txt").write_text("\n".join([header, *self.lines[name]]) + "\n")
