"""Looking at films with ffmpeg itself, outside the sandbox."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from video_review.media.hls import SegmentFile


def ffmpeg(*arguments: str, cwd: Path) -> None:
    subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments], cwd=cwd, check=True, timeout=60
    )


def look(film: Path) -> dict[str, Any]:
    command = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", str(film)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def decrypt(segment: SegmentFile, key: bytes) -> bytes:
    """As a player does: AES-128-CBC, the number of the segment as vector."""
    opener = Cipher(AES(key), CBC(segment.index.to_bytes(16, "big"))).decryptor()
    unpadder = PKCS7(128).unpadder()
    padded = opener.update(segment.path.read_bytes()) + opener.finalize()
    return unpadder.update(padded) + unpadder.finalize()


def picture(film: Path, *, at: float = 1) -> tuple[int, int, bytes]:
    """Width, height and RGB of the picture at so many seconds."""
    video = next(one for one in look(film)["streams"] if one["codec_type"] == "video")
    command = ["ffmpeg", "-nostdin", "-v", "error", "-ss", str(at), "-i", str(film)]
    command += ["-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    pixels = subprocess.run(command, check=True, capture_output=True).stdout
    return video["width"], video["height"], pixels


def colour(shot: tuple[int, int, bytes], x: float, y: float) -> str:
    """Which of red, green and blue is strongest at a place given as fractions."""
    width, height, pixels = shot
    start = (int(y * height) * width + int(x * width)) * 3
    channels = pixels[start : start + 3]
    return ("red", "green", "blue")[channels.index(max(channels))]


def decoded_md5(film: Path) -> str:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(film), "-map", "0:v:0"]
    command += ["-fps_mode", "passthrough", "-f", "rawvideo", "-"]
    frames = subprocess.run(command, check=True, capture_output=True).stdout
    return hashlib.md5(frames, usedforsecurity=False).hexdigest()
