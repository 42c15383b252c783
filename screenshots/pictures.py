"""`make screenshots`: the pictures of this folder, as SVG and PNG, from the program over `captures/`.

Invariant: a picture is what the program shows after the keys of its row in PICTURES, nothing is added.
The PNGs are drawn in DejaVu Sans Mono, whose lines and arrows fill their cells, whatever fonts a machine has.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import resvg_py

from tui.app import TcpscopeApp
from tui.session import Session

HERE = Path(__file__).resolve().parent
CAPTURES = HERE.parent / "captures"
TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
FONT = "DejaVu Sans Mono"
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))
REST = 0.3  # s until everything that a key changes is on the screen


@dataclass(frozen=True, slots=True)
class Picture:
    """The program on a capture in a terminal of this size, after these keys."""

    name: str
    capture: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()


PICTURES = (
    Picture("three-way-close", "three-way-close", (160, 48), ("8", "j")),
    Picture("header-fields", "header-fields", (160, 48), ("j", "#", "#", "tab", *"9j")),
    Picture("header-diagram", "header-fields", (160, 48), ("j", "#", "#", "d")),
    Picture("simultaneous-close-light", "simultaneous-close", (160, 48), ("T", "2", "j")),
    Picture("ladder", "fast-retransmit", (120, 20), ("L",)),
    Picture("findings", "fast-retransmit", (120, 24), ("F", "+")),
    Picture("stream", "http-get", (120, 30), ("s",)),
    Picture("small-terminal", "four-way-close", (80, 24), ("7", "j", "tab", "tab", "tab")),
)


async def svg(picture: Picture) -> str:
    """The picture as SVG text."""
    capture = CAPTURES / f"{picture.capture}.pcap"
    session = Session([str(capture)])
    try:
        session.wait()
        app = TcpscopeApp(session, TERMINAL)
        async with app.run_test(size=picture.size) as pilot:
            await pilot.pause(REST)
            for key in picture.keys:
                await pilot.press(key)
            await pilot.pause(REST)
            drawn = app.export_screenshot(title=f"tcpscope {capture.name}")
    finally:
        session.close()
    return drawn.replace("font-family: arial", f"font-family: {FONT}")


def png(drawn: str, fonts: list[str]) -> bytes:
    """The SVG text as a PNG file's bytes."""
    image: bytes = resvg_py.svg_to_bytes(
        svg_string=drawn, skip_system_fonts=True, font_files=fonts, font_family=FONT, monospace_family=FONT
    )
    return image


def find_fonts() -> list[str]:
    """The files of the font; SystemExit if it is not installed."""
    name = f"{FONT.replace(' ', '')}*.ttf"
    fonts = [str(path) for folder in FONT_FOLDERS for path in sorted(folder.rglob(name))]
    if not fonts:
        raise SystemExit(f"the pictures need the font {FONT} (Debian, Ubuntu: apt install fonts-dejavu-core)")
    return fonts


def main() -> None:
    fonts = find_fonts()
    for picture in PICTURES:
        drawn = asyncio.run(svg(picture))
        (HERE / f"{picture.name}.svg").write_text(drawn, "utf-8")
        (HERE / f"{picture.name}.png").write_bytes(png(drawn, fonts))
        print(f"{picture.name}: {picture.size[0]}x{picture.size[1]}")


if __name__ == "__main__":
    main()
