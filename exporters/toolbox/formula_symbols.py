"""The signs of LaTeX's formulas: by which character each is drawn, and how it stands beside others."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Literal, NamedTuple

type Kind = Literal["ord", "op", "bin", "rel", "open", "close", "punct", "inner"]
"""What a part of a formula is to those beside it (The TeXbook, chapter 17)."""

type Variant = Literal[
    "", "up", "bold", "italic", "bold-italic", "script", "bold-script", "fraktur", "bold-fraktur", "double", "sans",
    "bold-sans", "italic-sans", "mono",
]  # fmt: skip
"""From which of Unicode's alphabets for mathematics letters are taken; "" for italic letters and upright digits."""


class Sign(NamedTuple):
    char: str
    kind: Kind


@cache
def signs() -> dict[str, Sign]:
    """Name of a command, without its backslash → what it is. 0.2 ms, when a formula first has a command."""
    found: dict[str, Sign] = {}
    for kind, table in _SIGNS.items():
        words = table.split()
        for name, char in zip(words[::2], words[1::2], strict=True):
            found[name] = Sign(char, kind)
    return found


@cache
def kinds() -> dict[str, Kind]:
    """Character → how it stands beside others, for those that are no ordinary ones."""
    found: dict[str, Kind] = {}
    for sign in signs().values():
        found.setdefault(sign.char, sign.kind)
    found.update(_TYPED)
    return found


@cache
def large() -> dict[str, bool]:
    """Character of a sum or integral → whether its limits stand above and below it in a displayed formula."""
    return {char: has_limits for char, has_limits in LARGE.values() if len(char) == 1}


def negated(char: str) -> str | None:
    """A sign that is struck through; None where Unicode has no such character."""
    both = unicodedata.normalize("NFC", f"{char}\u0338")
    return both if len(both) == 1 else None


def styled(char: str, variant: Variant) -> str:
    """The character that a letter or digit has in an alphabet; itself where there is none."""
    if variant == "":
        variant = "italic" if char.isalpha() and char not in _UPRIGHT else "up"
    if variant == "up":
        return char
    if exception := _EXCEPTIONS.get((variant, char)):
        return exception
    code = ord(char)
    latin, greek_capital, greek, digit = _ALPHABETS[variant]
    if "A" <= char <= "Z" and latin:
        return chr(latin + code - 0x41)
    if "a" <= char <= "z" and latin:
        return chr(latin + 26 + code - 0x61)
    if "0" <= char <= "9" and digit:
        return chr(digit + code - 0x30)
    if "\u0391" <= char <= "\u03a9" and greek_capital:
        return chr(greek_capital + code - 0x391)
    if "\u03b1" <= char <= "\u03c9" and greek:
        return chr(greek + code - 0x3B1)
    if char in _GREEK_FORMS and greek:
        return chr(greek + 25 + _GREEK_FORMS.index(char))
    return char


# Alphabet → where its capital A, its capital Alpha, its small alpha and its 0 are; 0 for none (Unicode, U+1D400).
_ALPHABETS: dict[Variant, tuple[int, int, int, int]] = {
    "bold": (0x1D400, 0x1D6A8, 0x1D6C2, 0x1D7CE),
    "italic": (0x1D434, 0x1D6E2, 0x1D6FC, 0),
    "bold-italic": (0x1D468, 0x1D71C, 0x1D736, 0x1D7CE),
    "script": (0x1D49C, 0, 0, 0),
    "bold-script": (0x1D4D0, 0, 0, 0),
    "fraktur": (0x1D504, 0, 0, 0),
    "bold-fraktur": (0x1D56C, 0, 0, 0),
    "double": (0x1D538, 0, 0, 0x1D7D8),
    "sans": (0x1D5A0, 0, 0, 0x1D7E2),
    "bold-sans": (0x1D5D4, 0x1D756, 0x1D770, 0x1D7EC),
    "italic-sans": (0x1D608, 0, 0, 0x1D7E2),
    "mono": (0x1D670, 0, 0, 0x1D7F6),
}

_GREEK_FORMS = "∂ϵϑϰϕϱϖ"
_UPRIGHT = frozenset("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩℵℶℷℸℏ𝚤𝚥ℓ℘ℜℑ∂")

# Letters that had a place before the alphabets were made.
_EXCEPTIONS: dict[tuple[Variant, str], str] = {
    ("italic", "h"): "ℎ",
    **{("script", letter): char for letter, char in zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)},
    **{("fraktur", letter): char for letter, char in zip("CHIRZ", "ℭℌℑℜℨ", strict=True)},
    **{("double", letter): char for letter, char in zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)},
}

# What stands for itself, but not as an ordinary sign.
_TYPED: dict[str, Kind] = {
    "+": "bin", "−": "bin", "∗": "bin", "=": "rel", "<": "rel", ">": "rel", ":": "rel", "(": "open", "[": "open",
    ")": "close", "]": "close", "!": "close", "?": "close", ",": "punct", ";": "punct", "·": "bin", "×": "bin",
    "/": "ord", "|": "ord", ".": "ord",
}  # fmt: skip

_SIGNS: dict[Kind, str] = {
    "ord": """
        alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ varkappa ϰ
        lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ
        chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω digamma ϝ
        Alpha Α Beta Β Epsilon Ε Zeta Ζ Eta Η Iota Ι Kappa Κ Mu Μ Nu Ν Omicron Ο Rho Ρ Tau Τ Chi Χ
        infty ∞ partial ∂ nabla ∇ hbar ℏ hslash ℏ ell ℓ wp ℘ Re ℜ Im ℑ aleph ℵ beth ℶ gimel ℷ daleth ℸ imath 𝚤 jmath 𝚥
        emptyset ∅ varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ top ⊤ bot ⊥ angle ∠ measuredangle ∡
        sphericalangle ∢ triangle △ triangledown ▽ blacktriangle ▴ blacktriangledown ▾ square □ Box □ blacksquare ■
        Diamond ◇ lozenge ◊ blacklozenge ⧫ bigstar ★ clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠ flat ♭ natural ♮
        sharp ♯ prime ′ backprime ‵ surd √ degree ° dag † ddag ‡ S § P ¶ copyright © pounds £ yen ¥ euro € checkmark ✓
        maltese ✠ complement ∁ eth ð mho ℧ Finv Ⅎ Game ⅁ Bbbk 𝕜 circledR ® circledS Ⓢ diagup ╱ diagdown ╲ infin ∞
        vdots ⋮ ldotp . cdotp · lq ‘ rq ’ backslash \\ | ‖ Vert ‖ vert | _ _ # # $ $ % % & &
        AA Å aa å ae æ AE Æ oe œ OE Œ ss ß o ø O Ø
        l ł L Ł i ı j ȷ textquoteright ’ textquotedblleft “ textquotedblright ” textdegree ° textmu µ micro µ ohm Ω
        permil ‰ cent ¢ N ℕ Z ℤ Q ℚ R ℝ C ℂ natnums ℕ reals ℝ Reals ℝ Complex ℂ cnums ℂ weierp ℘ alef ℵ alefsym ℵ
        image ℑ real ℜ empty ∅ exist ∃ thetasym ϑ
    """,
    "bin": """
        pm ± mp ∓ times × div ÷ cdot ⋅ ast ∗ star ⋆ circ ∘ bullet ∙ cap ∩ cup ∪ uplus ⊎ sqcap ⊓ sqcup ⊔ vee ∨ lor ∨
        wedge ∧ land ∧ setminus ∖ smallsetminus ∖ wr ≀ diamond ⋄ bigtriangleup △ bigtriangledown ▽ triangleleft ◁
        triangleright ▷ lhd ⊲ rhd ⊳ unlhd ⊴ unrhd ⊵ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ bigcirc ◯ dagger †
        ddagger ‡ amalg ⨿ And & boxplus ⊞ boxminus ⊟ boxtimes ⊠ boxdot ⊡ ltimes ⋉ rtimes ⋊ leftthreetimes ⋋
        rightthreetimes ⋌ curlywedge ⋏ curlyvee ⋎ circleddash ⊝ circledast ⊛ circledcirc ⊚ centerdot ⋅ intercal ⊺
        dotplus ∔ divideontimes ⋇ barwedge ⊼ veebar ⊻ doublebarwedge ⩞ Cap ⋒ Cup ⋓ doublecap ⋒ doublecup ⋓
        plusmn ± sdot ⋅
    """,
    "rel": """
        isin ∈ le ≤ leq ≤ ge ≥ geq ≥ lt < gt > ne ≠ neq ≠ equiv ≡ sim ∼ simeq ≃ approx ≈ cong ≅ propto ∝ prec ≺ succ ≻
        preceq ⪯ succeq ⪰ ll ≪ gg ≫ lll ⋘ ggg ⋙ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ sqsubset ⊏ sqsupset ⊐
        sqsubseteq ⊑ sqsupseteq ⊒ in ∈ ni ∋ owns ∋ notin ∉ notni ∌ vdash ⊢ dashv ⊣ models ⊨ perp ⟂ mid ∣ nmid ∤
        parallel ∥ nparallel ∦ bowtie ⋈ Join ⨝ smile ⌣ frown ⌢ asymp ≍ doteq ≐ doteqdot ≑ Doteq ≑ leqslant ⩽ geqslant ⩾
        leqq ≦ geqq ≧ lneq ⪇ gneq ⪈ lneqq ≨ gneqq ≩ nless ≮ ngtr ≯ nleq ≰ ngeq ≱ nleqslant ≰ ngeqslant ≱ lesssim ≲
        gtrsim ≳ lessapprox ⪅ gtrapprox ⪆ lessgtr ≶ gtrless ≷ lesseqgtr ⋚ gtreqless ⋛ eqslantless ⪕ eqslantgtr ⪖
        nprec ⊀ nsucc ⊁ precsim ≾ succsim ≿ precapprox ⪷ succapprox ⪸ preccurlyeq ≼ succcurlyeq ≽ curlyeqprec ⋞
        curlyeqsucc ⋟ subseteqq ⫅ supseteqq ⫆ subsetneq ⊊ supsetneq ⊋ subsetneqq ⫋ supsetneqq ⫌ nsubseteq ⊈ nsupseteq ⊉
        Subset ⋐ Supset ⋑ vDash ⊨ Vdash ⊩ Vvdash ⊪ nvdash ⊬ nvDash ⊭ nVdash ⊮ nVDash ⊯ vartriangleleft ⊲
        vartriangleright ⊳ trianglelefteq ⊴ trianglerighteq ⊵ ntriangleleft ⋪ ntriangleright ⋫ triangleq ≜ bumpeq ≏
        Bumpeq ≎ circeq ≗ eqcirc ≖ risingdotseq ≓ fallingdotseq ≒ approxeq ≊ thickapprox ≈ thicksim ∼ backsim ∽
        backsimeq ⋍ nsim ≁ ncong ≇ multimap ⊸ between ≬ pitchfork ⋔ therefore ∴ because ∵ varpropto ∝ coloneqq ≔
        colonequals ≔ coloneq ≔ eqqcolon ≕ shortmid ∣ shortparallel ∥ smallsmile ⌣ smallfrown ⌢ vcentcolon ∶ ratio ∶
        blacktriangleleft ◀ blacktriangleright ▶ sub ⊂ supe ⊇ sube ⊆ hArr ⇔ rArr ⇒ lArr ⇐ rarr → larr ← harr ↔
        leftarrow ← gets ← rightarrow → to → leftrightarrow ↔ uparrow ↑ downarrow ↓ updownarrow ↕ Leftarrow ⇐
        Rightarrow ⇒ Leftrightarrow ⇔ Uparrow ⇑ Downarrow ⇓ Updownarrow ⇕ longleftarrow ⟵ longrightarrow ⟶
        longleftrightarrow ⟷ Longleftarrow ⟸ impliedby ⟸ Longrightarrow ⟹ implies ⟹ Longleftrightarrow ⟺ iff ⟺
        mapsto ↦ mapsfrom ↤ longmapsto ⟼ hookleftarrow ↩ hookrightarrow ↪ leftharpoonup ↼ leftharpoondown ↽
        rightharpoonup ⇀ rightharpoondown ⇁ rightleftharpoons ⇌ leftrightharpoons ⇋ nearrow ↗ searrow ↘ swarrow ↙
        nwarrow ↖ nleftarrow ↚ nrightarrow ↛ nleftrightarrow ↮ nLeftarrow ⇍ nRightarrow ⇏ nLeftrightarrow ⇎
        twoheadleftarrow ↞ twoheadrightarrow ↠ leftarrowtail ↢ rightarrowtail ↣ looparrowleft ↫ looparrowright ↬
        leftleftarrows ⇇ rightrightarrows ⇉ leftrightarrows ⇆ rightleftarrows ⇄ upuparrows ⇈ downdownarrows ⇊
        upharpoonleft ↿ upharpoonright ↾ restriction ↾ downharpoonleft ⇃ downharpoonright ⇂ rightsquigarrow ⇝
        leadsto ⇝ leftrightsquigarrow ↭ curvearrowleft ↶ curvearrowright ↷ circlearrowleft ↺ circlearrowright ↻ Lsh ↰
        Rsh ↱ dashleftarrow ⇠ dashrightarrow ⇢ Lleftarrow ⇚ Rrightarrow ⇛
    """,
    "open": """
        lbrace { { { lbrack [ langle ⟨ lang ⟨ lfloor ⌊ lceil ⌈ lvert | lVert ‖ lgroup ⟮ lmoustache ⎰ ulcorner ⌜
        llcorner ⌞ llbracket ⟦ lBrace ⦃
    """,
    "close": """
        rbrace } } } rbrack ] rangle ⟩ rang ⟩ rfloor ⌋ rceil ⌉ rvert | rVert ‖ rgroup ⟯ rmoustache ⎱ urcorner ⌝
        lrcorner ⌟ rrbracket ⟧ rBrace ⦄
    """,
    "punct": "colon :",
    "inner": """
        ldots … dots … dotsc … dotso … dotsb ⋯ dotsm ⋯ dotsi ⋯ cdots ⋯ ddots ⋱ iddots ⋰ adots ⋰ mathellipsis …
        hellip …
    """,
}

DELIMITERS = {
    "(": "(", ")": ")", "[": "[", "]": "]", "|": "|", "/": "/", ".": "", "<": "⟨", ">": "⟩", "\\{": "{", "\\}": "}",
    "\\|": "‖", "\\vert": "|", "\\Vert": "‖", "\\backslash": "\\", "\\uparrow": "↑", "\\downarrow": "↓",
    "\\updownarrow": "↕", "\\Uparrow": "⇑", "\\Downarrow": "⇓", "\\Updownarrow": "⇕", "⟨": "⟨", "⟩": "⟩", "‖": "‖",
    "⌊": "⌊", "⌋": "⌋", "⌈": "⌈", "⌉": "⌉",
}  # fmt: skip

LARGE = {  # name → character, and whether its limits stand above and below it in a displayed formula
    "sum": ("∑", True), "prod": ("∏", True), "coprod": ("∐", True), "bigcup": ("⋃", True), "bigcap": ("⋂", True),
    "bigvee": ("⋁", True), "bigwedge": ("⋀", True), "bigoplus": ("⨁", True), "bigotimes": ("⨂", True),
    "bigodot": ("⨀", True), "biguplus": ("⨄", True), "bigsqcup": ("⨆", True), "int": ("∫", False), "oint": ("∮", False),
    "iint": ("∬", False), "iiint": ("∭", False), "iiiint": ("⨌", False), "oiint": ("∯", False), "oiiint": ("∰", False),
    "intop": ("∫", True), "smallint": ("∫", False), "idotsint": ("∫⋯∫", False),
}  # fmt: skip

NAMED = dict.fromkeys(
    "sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan arccot arcsec arccsc arg deg dim exp "
    "hom ker lg ln log sh ch th cth tg ctg cotg arctg arcctg".split(),
    False,
) | dict.fromkeys("lim limsup liminf max min sup inf det gcd Pr injlim projlim argmax argmin plim".split(), True)
"""Names of functions → whether their limits stand below them in a displayed formula."""

SPOKEN = {
    "limsup": "lim sup",
    "liminf": "lim inf",
    "injlim": "inj lim",
    "projlim": "proj lim",
    "argmax": "arg max",
    "argmin": "arg min",
}

SPACES = {  # in em
    ",": 3 / 18, "thinspace": 3 / 18, ":": 4 / 18, ">": 4 / 18, "medspace": 4 / 18, ";": 5 / 18, "thickspace": 5 / 18,
    "!": -3 / 18, "negthinspace": -3 / 18, "negmedspace": -4 / 18, "negthickspace": -5 / 18, " ": 0.25, "~": 0.25,
    "nobreakspace": 0.25, "space": 0.25, "enspace": 0.5, "quad": 1.0, "qquad": 2.0, "/": 0.0, "enskip": 0.5,
}  # fmt: skip

ACCENTS = {  # name → combining character, and whether it grows as wide as what it stands on
    "hat": ("\u0302", False), "widehat": ("\u0302", True), "check": ("\u030c", False), "widecheck": ("\u030c", True),
    "tilde": ("\u0303", False), "widetilde": ("\u0303", True), "acute": ("\u0301", False), "grave": ("\u0300", False),
    "dot": ("\u0307", False), "ddot": ("\u0308", False), "dddot": ("\u20db", False), "ddddot": ("\u20dc", False),
    "breve": ("\u0306", False), "bar": ("\u0304", False), "vec": ("\u20d7", False), "mathring": ("\u030a", False),
    "overrightarrow": ("\u20d7", True), "overleftarrow": ("\u20d6", True), "overleftrightarrow": ("\u20e1", True),
    "Vec": ("\u20d7", True), "widevec": ("\u20d7", True),
}  # fmt: skip

BRACES = {  # name → character, and whether it stands above
    "overbrace": ("⏞", True), "underbrace": ("⏟", False), "overbracket": ("⎴", True), "underbracket": ("⎵", False),
    "overparen": ("⏜", True), "underparen": ("⏝", False), "overgroup": ("⏠", True), "undergroup": ("⏡", False),
}  # fmt: skip

UNDER_ARROWS = {"underrightarrow": "→", "underleftarrow": "←", "underleftrightarrow": "↔"}

ARROWS = {
    "xrightarrow": "→", "xleftarrow": "←", "xleftrightarrow": "↔", "xRightarrow": "⇒", "xLeftarrow": "⇐",
    "xLeftrightarrow": "⇔", "xmapsto": "↦", "xhookrightarrow": "↪", "xhookleftarrow": "↩", "xrightharpoonup": "⇀",
    "xrightleftharpoons": "⇌", "xtwoheadrightarrow": "↠", "xlongequal": "=", "xrightharpoondown": "⇁",
    "xleftharpoonup": "↼", "xleftharpoondown": "↽", "xtofrom": "⇄",
}  # fmt: skip

VARIANTS: dict[str, Variant] = {
    "mathrm": "up", "mathup": "up", "mathnormal": "", "mathit": "italic", "mathbf": "bold", "mathbfit": "bold-italic",
    "boldsymbol": "bold-italic", "bm": "bold-italic", "pmb": "bold-italic", "mathcal": "script", "mathscr": "script",
    "mathfrak": "fraktur", "mathbb": "double", "Bbb": "double", "mathds": "double", "mathsf": "sans",
    "mathsfit": "italic-sans", "mathtt": "mono", "mathbfcal": "bold-script", "mathbfscr": "bold-script",
    "mathbffrak": "bold-fraktur", "mathbfsf": "bold-sans", "symbf": "bold", "symbb": "double", "symcal": "script",
    "symup": "up", "symit": "italic", "rm": "up", "bf": "bold", "it": "italic", "cal": "script", "sf": "sans",
    "tt": "mono", "frak": "fraktur", "scr": "script",
}  # fmt: skip
SWITCHES = frozenset(("rm", "bf", "it", "cal", "sf", "tt", "frak", "scr"))
"""Of these, those that change all that follows in their group."""
