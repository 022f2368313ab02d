"""The faces of all scripts but Chinese, Japanese and Korean, and how wide the letters of those are.

Who only measures words, and leaves drawing them to whoever shows the file, needs no more.
"""

from layers.faces import BOLD, ITALIC, REGULAR, Faces

LAYER = Faces(
    description="Noto fonts of all scripts; of Chinese, Japanese and Korean the widths alone",
    licence="OFL-1.1",
    drawn={
        "noto-sans": ITALIC,
        "noto-serif": ITALIC,
        "noto-sans-mono": BOLD,
        "noto-sans-math": REGULAR,
        "stix-two-math": REGULAR,
        "noto-sans-symbols": REGULAR,
        "noto-sans-symbols-2": REGULAR,
        "noto-color-emoji": REGULAR,
        "noto-sans-adlam": BOLD,
        "noto-sans-arabic": BOLD,
        "noto-sans-armenian": BOLD,
        "noto-sans-bengali": BOLD,
        "noto-sans-canadian-aboriginal": BOLD,
        "noto-sans-cherokee": BOLD,
        "noto-sans-devanagari": BOLD,
        "noto-sans-ethiopic": BOLD,
        "noto-sans-georgian": BOLD,
        "noto-sans-gujarati": BOLD,
        "noto-sans-gurmukhi": BOLD,
        "noto-sans-hebrew": BOLD,
        "noto-sans-kannada": BOLD,
        "noto-sans-khmer": BOLD,
        "noto-sans-lao": BOLD,
        "noto-sans-malayalam": BOLD,
        "noto-sans-mongolian": REGULAR,
        "noto-sans-myanmar": BOLD,
        "noto-sans-nko": REGULAR,
        "noto-sans-oriya": BOLD,
        "noto-sans-sinhala": BOLD,
        "noto-sans-syriac": BOLD,
        "noto-sans-tamil": BOLD,
        "noto-sans-telugu": BOLD,
        "noto-sans-thaana": BOLD,
        "noto-sans-thai": BOLD,
        "noto-sans-tifinagh": REGULAR,
        "noto-serif-tibetan": BOLD,
    },
    measured={
        "noto-sans-jp": BOLD,
        "noto-sans-kr": BOLD,
        "noto-sans-sc": BOLD,
        "noto-sans-tc": BOLD,
    },
    packages=("fonts", "fonts_cjk"),
)
