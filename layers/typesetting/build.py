"""The libraries of whoever sets words and pictures on what has a width: pages, slides, diagrams, mind maps."""

from layers.libraries import Libraries

LAYER = Libraries(
    description="Libraries for setting text and drawing: HarfBuzz, ICU's line breaks, Pillow, Mermaid's diagrams",
    licence="MIT AND Apache-2.0 AND MIT-CMU AND Unicode-3.0",
    names=("icu4py", "mmdr", "novasvg", "pillow", "uharfbuzz"),
    without=(
        "*/__main__.py",  # programs
        "novasvg/bin/*",
        "icu4py/messageformat.*",  # with the data that line breaks need it could say nothing
        "icu4py/_version.*",
        "uharfbuzz/_harfbuzz_test.*",
        "PIL/_avif.*",  # a fifth of Pillow, for pictures in AVIF, which no format takes
        "PIL/_imagingft.*",  # draws words, which is done without Pillow here
        "PIL/_imagingcms.*",  # for CIE Lab, which no picture on the web is in
        "PIL/_imagingtk.*",  # for windows
    ),
)
