"""Takes the fonts that exporters use out of their packages, with their licences, and says how large they are.

    python layers/fonts/build.py TARGET

`npm ci` must have filled `node_modules` beside this file. The target folder becomes `/opt/fonts` of the layer.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

PACKAGES = Path(__file__).parent / "node_modules" / "@expo-google-fonts"

# The name that exporters know → package and file.
FONTS = {
    "NotoSans-Regular": "noto-sans/400Regular/NotoSans_400Regular",
    "NotoSans-Italic": "noto-sans/400Regular_Italic/NotoSans_400Regular_Italic",
    "NotoSans-Bold": "noto-sans/700Bold/NotoSans_700Bold",
    "NotoSans-BoldItalic": "noto-sans/700Bold_Italic/NotoSans_700Bold_Italic",
    "NotoSansMono-Regular": "noto-sans-mono/400Regular/NotoSansMono_400Regular",
    "NotoSansMono-Bold": "noto-sans-mono/700Bold/NotoSansMono_700Bold",
    "NotoSansMath-Regular": "noto-sans-math/400Regular/NotoSansMath_400Regular",
    "NotoSansSymbols-Regular": "noto-sans-symbols/400Regular/NotoSansSymbols_400Regular",
    "NotoSansSymbols2-Regular": "noto-sans-symbols-2/400Regular/NotoSansSymbols2_400Regular",
    "NotoEmoji-Regular": "noto-emoji/400Regular/NotoEmoji_400Regular",
    "NotoSansJP-Regular": "noto-sans-jp/400Regular/NotoSansJP_400Regular",
    "NotoSansJP-Bold": "noto-sans-jp/700Bold/NotoSansJP_700Bold",
}

TRUETYPE = b"\x00\x01\x00\x00"  # OpenType 1.9, "Table directory": outlines are TrueType's


def main(target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    total = 0
    for name, path in FONTS.items():
        data = (PACKAGES / f"{path}.ttf").read_bytes()
        if not data.startswith(TRUETYPE):
            sys.exit(f"{path}.ttf is not a TrueType font. Choose another version in layers/fonts/package.json.")
        (target / f"{name}.ttf").write_bytes(data)
        total += len(data)
        print(f"{len(data) / 1e6:6.2f} MB  {name}")
    for package in sorted({path.partition("/")[0] for path in FONTS.values()}):
        shutil.copyfile(PACKAGES / package / "LICENSE_FONT", target / f"LICENSE-{package}.txt")
    print(f"{total / 1e6:6.2f} MB  in {target}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
