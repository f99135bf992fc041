"""A camera that looks at a barcode: an EAN-13 drawn into the video file that Chromium takes for one."""

from __future__ import annotations

from pathlib import Path

WIDTH, HEIGHT, FRAMES = 640, 480, 6
MODULE, TOP, BOTTOM = 4, 90, 390
QUIET = (WIDTH - 95 * MODULE) // 2
# GS1 General Specifications, 5.2.1: number sets A and C, and which digits of the left half are of set B
SET_A = [
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
]
LEFT_SETS = [
    "AAAAAA",
    "AABABB",
    "AABBAB",
    "AABBBA",
    "ABAABB",
    "ABBAAB",
    "ABBBAA",
    "ABABAB",
    "ABABBA",
    "ABBABA",
]


def bars_of(code: str) -> str:
    """The 95 modules of an EAN-13, dark ones as 1."""
    set_c = ["".join("10"[int(bit)] for bit in digit) for digit in SET_A]
    set_b = [digit[::-1] for digit in set_c]
    left = "".join(
        (SET_A if name == "A" else set_b)[int(digit)]
        for name, digit in zip(LEFT_SETS[int(code[0])], code[1:7], strict=True)
    )
    right = "".join(set_c[int(digit)] for digit in code[7:])
    return f"101{left}01010{right}101"


def film(code: str, file: Path) -> Path:
    """Write the video: the barcode, dark on light, held still."""
    row = bytearray([235]) * WIDTH
    for at, bar in enumerate(bars_of(code)):
        if bar == "1":
            row[QUIET + at * MODULE : QUIET + (at + 1) * MODULE] = bytes([16]) * MODULE
    light = bytes([235]) * WIDTH
    luma = b"".join(bytes(row) if TOP <= y < BOTTOM else light for y in range(HEIGHT))
    chroma = bytes([128]) * (WIDTH * HEIGHT // 2)
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    file.write_bytes(head + (b"FRAME\n" + luma + chroma) * FRAMES)
    return file


def arguments(file: Path) -> list[str]:
    """What Chromium is started with to see it."""
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={file}",
    ]
