"""The faces of Chinese, Japanese and Korean, which are three quarters of all fonts: for those who draw letters."""

from layers.faces import BOLD, Faces

LAYER = Faces(
    description="Noto Sans for Chinese (simplified and traditional), Japanese and Korean",
    licence="OFL-1.1",
    drawn={
        "noto-sans-jp": BOLD,
        "noto-sans-kr": BOLD,
        "noto-sans-sc": BOLD,
        "noto-sans-tc": BOLD,
    },
)
