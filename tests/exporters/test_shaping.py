"""Every script: no boxes, the shapes that HarfBuzz finds, and the text that was written.

The sentences are the first article of the Universal Declaration of Human Rights, or begin it.
"""

import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
import uharfbuzz
from counting import steps
from fontTools import unicodedata as ucd
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.report import Report
from exporters.toolbox import fonts, scripts
from exporters.toolbox.fonts import Fonts, Glyph, Widths
from exporters.toolbox.scripts import EMOJI, segments

SENTENCES = {
    "Adlm": "𞤋𞤲𞥆𞤢𞤥𞤢 𞤢𞥄𞤣𞤫𞥅𞤶𞤭 𞤬𞤮𞤬 𞤨𞤮𞤼𞤭",
    "Arab": "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق. وقد وهبوا عقلًا وضميرًا، وعليهم أن يعامل بعضهم بعضًا",
    "Armn": "Բոլոր մարդիկ ծնվում են ազատ ու հավասար՝ իրենց արժանապատվությամբ և իրավունքներով։",
    "Beng": "সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা এবং অধিকার নিয়ে জন্মগ্রহণ করে। তাঁদের বিবেক এবং বুদ্ধি আছে;",
    "Cans": "ᐃᓄᓗᒃᑖᑦ ᐃᓅᓚᐅᕐᒪᑕ ᓱᕐᕋᖓᑎᑦᑕᐅᓇᑎᒃ ᐊᒻᒪᓗ ᐊᔾᔨᐅᖃᑎᒌᒃᖢᑎᒃ",
    "Cher": "ᏂᎦᏓ ᎠᏂᏴᏫ ᏂᎨᎫᏓᎸᎾ ᎠᎴ ᎤᏂᎶᏱ ᎤᎾᏕᎿ ᏚᏳᎧᏛ ᎨᏒᎢ",
    "Cyrl": "Все люди рождаются свободными и равными в своём достоинстве и правах.",
    "Deva": "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।",
    "Ethi": "የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርና በመብትም እኩልነት ያለው ነው።",
    "Geor": "ყველა ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებითა და უფლებებით.",
    "Grek": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
    "Gujr": "પ્રતિષ્ઠા અને અધિકારોની દૃષ્ટિએ સર્વ માનવો જન્મથી સ્વતંત્ર અને સમાન હોય છે.",
    "Guru": "ਸਾਰਾ ਮਨੁੱਖੀ ਪਰਿਵਾਰ ਆਪਣੀ ਮਹਿਮਾ, ਸ਼ਾਨ ਅਤੇ ਹੱਕਾਂ ਦੇ ਪੱਖੋਂ ਜਨਮ ਤੋਂ ਹੀ ਆਜ਼ਾਦ ਹੈ।",
    "Hang": "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
    "Hans": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
    "Hant": "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神互相對待。",
    "Hebr": "כָּל בְּנֵי הָאָדָם נוֹלְדוּ בְּנֵי חוֹרִין וְשָׁוִים בְּעֶרְכָּם וּבִזְכֻיּוֹתֵיהֶם.",
    "Jpan": "すべての人間は、生れながらにして自由であり、かつ、尊厳と権利とについて平等である。",
    "Khmr": "មនុស្សទាំងអស់កើតមកមានសេរីភាព និងភាពស្មើៗគ្នាក្នុងសិទ្ធិ និងសេចក្ដីថ្លៃថ្នូរ។",
    "Knda": "ಎಲ್ಲಾ ಮಾನವರೂ ಸ್ವತಂತ್ರರಾಗಿಯೇ ಹುಟ್ಟಿದ್ದಾರೆ ಹಾಗೂ ಘನತೆ ಮತ್ತು ಅಧಿಕಾರಗಳಲ್ಲಿ ಸಮಾನರಾಗಿದ್ದಾರೆ.",
    "Laoo": "ມະນຸດທຸກຄົນເກີດມາມີກຽດສັກສີ ສິດທິ ເສລີພາບ ແລະ ຄວາມສະເໝີພາບເທົ່າທຽມກັນ.",
    "Latn": "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền lợi.",
    "Mlym": "മനുഷ്യരെല്ലാവരും തുല്യാവകാശങ്ങളോടും അന്തസ്സോടും സ്വാതന്ത്ര്യത്തോടും കൂടി ജനിച്ചവരാണ്.",
    "Mong": "ᠬᠦᠮᠦᠨ ᠪᠦᠷ ᠲᠥᠷᠥᠵᠦ ᠮᠡᠨᠳᠡᠯᠡᠬᠦ ᠡᠷᠬᠡ ᠴᠢᠯᠥᠭᠡ ᠲᠡᠢ",
    "Mymr": "လူတိုင်းသည် တူညီ လွတ်လပ်သော ဂုဏ်သိက္ခာဖြင့် လည်းကောင်း၊ တူညီလွတ်လပ်သော အခွင့်အရေးများဖြင့် လည်းကောင်း၊ မွေးဖွားလာသူများ ဖြစ်သည်။",
    "Nkoo": "ߡߐ߱ ߓߍ߯ ߝߊߘߌߣߍ߲߫ ߕߏ߫ ߟߊ߫ ߤߐߙߐ߲ߧߊ߫ ߟߋ߬ ߘߐ߫",
    "Orya": "ସବୁ ମନୁଷ୍ୟ ଜନ୍ମକାଳରୁ ସ୍ୱାଧୀନ। ସେମାନଙ୍କର ମର୍ଯ୍ୟାଦା ଓ ଅଧିକାର ସମାନ।",
    "Sinh": "සියලු මනුෂ්‍යයෝ නිදහස්ව උපත ලබා ඇත. ගරුත්වයෙන් හා අයිතිවාසිකම්වලින් සමාන වෙති.",
    "Syrc": "ܟܠ ܒܪܢܫܐ ܒܪܝܠܗ ܚܐܪܐ ܘܒܪܒܪ ܓܘ ܐܝܩܪܐ ܘܙܕܩܐ",
    "Taml": "மனிதப் பிறவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர்; அவர்கள் மதிப்பிலும் உரிமைகளிலும் சமமானவர்கள்.",
    "Telu": "ప్రతిపత్తిస్వత్వముల విషయమున మానవులెల్లరును జన్మతః స్వతంత్రులును సమానులును నగుదురు.",
    "Tfng": "ⵉⵎⴷⴰⵏⵏ ⴰⴽⴽⵯ ⵜⵜⵍⴰⵍⴰⵏ ⴷ ⵉⵍⴻⵍⵍⵉⵢⵏ ⵎⵙⴰⵡⴰⵏ",
    "Thaa": "ހުރިހާ އިންސާނުން ވެސް އުފަންވަނީ ދަރަޖައާއި ޙައްޤުތަކުގައި މިނިވަންކަމާއެކު",
    "Thai": "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ",
    "Tibt": "འགྲོ་བ་མིའི་རིགས་རྒྱུད་ཡོངས་ལ་སྐྱེས་ཙམ་ཉིད་ནས་ཆེ་མཐོངས་དང༌། ཐོབ་ཐངགི་རང་དབང་འདྲ་མཉམ་དུ་ཡོད་ལ།",
}
KNOWN = SENTENCES.keys() - {"Latn", "Grek", "Cyrl", "Jpan", "Hans", "Hant"} | {"Hira", "Kana", "Hani", "Bopo"}
LANGUAGES = {"Hans": "zh", "Hant": "zh-Hant", "Jpan": "ja", "Hang": "ko"}


def logical(widths: Widths, word: str) -> str:
    """What is restored from the glyphs of a word."""
    glyphs = glyphs_of(widths, word)
    return "".join(glyph.text for glyph in (reversed(glyphs) if widths.is_rtl else glyphs))


def glyphs_of(widths: Widths, word: str) -> tuple[Glyph, ...]:
    glyphs = widths.glyphs(word)
    if glyphs is None:
        advances = [round(1000 * widths.advances[each]) for each in word]
        return tuple(map(Glyph, (widths.face.glyph(ord(each)) for each in word), word, advances))
    return glyphs


def words(text: str, used: Fonts, family="sans", **style):
    for widths, run in used.font(family, **style).runs(text):
        for word in run.split():
            yield widths, word


@pytest.mark.parametrize("family", ["sans", "serif", "mono"])
@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("script", SENTENCES)
def test_real_sentences_have_no_boxes_and_keep_their_text(script, family, bold):
    used, report = Fonts(LANGUAGES.get(script, "")), Report()
    for widths, word in words(SENTENCES[script], used, family, bold=bold):
        glyphs = glyphs_of(widths, word)
        assert all(glyph.number for glyph in glyphs)
        assert len(word) / 3 <= len(glyphs) <= 2 * len(word)
        assert logical(widths, word) == word
        assert widths[word] == pytest.approx(sum(glyph.advance for glyph in glyphs) / 1000)
    used.shortcomings.add_to(report)
    assert not report.items


@pytest.mark.parametrize("script", SENTENCES)
def test_a_script_needs_one_face_and_one_for_the_signs_at_most(script):
    used = Fonts(LANGUAGES.get(script, ""))
    assert len({widths.face.name for widths, _ in used.font("sans").runs(SENTENCES[script])}) <= 2


def test_scripts_are_those_of_unicode():
    wrong = {}
    for character in map(chr, range(0x20000)):
        ours, theirs = scripts.script(character), ucd.script(character)
        # What is not assigned does not matter; some signs of one script are common in Unicode, and fullwidth Latin is
        # set like Chinese.
        if ours != theirs and (theirs in KNOWN or (ours and theirs not in ("Zzzz", "Zyyy", "Zinh", "Latn"))):
            wrong.setdefault((ours, theirs), []).append(hex(ord(character)))
    assert wrong.pop(("Jamo", "Hang"))
    assert wrong.pop(("", "Hira")) == ["0x1f200"]  # which is an emoji
    assert {code[:4] for code in wrong.pop(("", "Arab"))} == {"0x1e"}  # signs of mathematics
    assert not wrong


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("He said «سلام، دنیا», twice.", ["", "Arab", ""]),
        ("«سلام» (2024)", ["Arab"]),
        ("העלות: 5 ש״ח", ["Hebr"]),
        ("说：“你好”。", ["Hani"]),
        ("2024年5月", ["", "Hani", "", "Hani"]),
        ("हिन्दी। है", ["Deva"]),
        ("हिन्दी বাংলা", ["Deva", "", "Beng"]),
        ("👍🏽👩‍❤️‍👨🇨🇭1️⃣", [EMOJI] * 4),
        ("© ™ ↔ ❤", [""]),
        ("©️", [EMOJI]),
        ("12 😀\ufe0e", [""]),
    ],
)
def test_signs_belong_to_the_script_that_they_stand_in(text, parts):
    found = list(segments(text))
    assert [segment.script for segment in found] == parts
    assert "".join(segment.text for segment in found) == text


def test_han_is_set_in_the_characters_of_the_language():
    def faces(text, language):
        return [
            (widths.face.name.removeprefix("NotoSans"), run) for widths, run in Fonts(language).font("sans").runs(text)
        ]

    for language, face in {
        "zh": "SC",
        "zh-CN": "SC",
        "zh-Hant": "TC",
        "zh-TW": "TC",
        "yue": "TC",
        "ja": "JP",
        "ko": "KR",
    }.items():
        assert faces("直角", language) == [(f"{face}-Regular", "直角")]
    assert faces("说“明”", "zh") == [("SC-Regular", "说“明”")]
    assert faces("直す", "zh") == [("SC-Regular", "直"), ("JP-Regular", "す")]
    assert faces("한직", "ja") == [("KR-Regular", "한직")]
    # In an unknown language: one face for all, and the same later on.
    assert faces("直角", "") == [("JP-Regular", "直角")]
    assert faces("这是说明 ABC 直角", "")[::2] == [("SC-Regular", "这是说明"), ("SC-Regular", "直角")]


def test_few_faces_are_opened():
    program = (
        "from exporters.toolbox import fonts\n"
        "used = fonts.Fonts({language!r})\n"
        "[*map(used.font('sans').runs, ['Text', {text!r}])]\n"
        "print(fonts.face.cache_info().currsize)"
    )
    for language, text, count in [
        ("zh", "直角说明", 2),
        ("", "直角", 2),
        ("", "सभी", 1),
        ("", "سلام", 2),
        ("", "😀", 2),
    ]:
        assert run(program.format(language=language, text=text)) == str(count)


def test_what_latin_does_not_need_is_not_loaded():
    program = (
        "import sys\n"
        "from exporters.toolbox.fonts import Fonts\n"
        "font = Fonts().font('serif')\n"
        "for widths, run in font.runs('Grüße – “café” → ∑ x², Привет, Ώρα'): widths[run], widths.glyphs(run)\n"
        "print([name for name in sys.modules if name.endswith(('scripts', 'shaping', 'emoji', 'uharfbuzz'))])\n"
        "for widths, run in font.runs('❤️😀'): widths[run], widths.face.drawing(widths.glyphs(run)[0].number)\n"
        "print('uharfbuzz' in sys.modules)"
    )
    assert run(program) == "[]\nFalse"


def run(program: str) -> str:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root)
    return done.stdout.strip()


@pytest.mark.parametrize("script", ["Arab", "Deva", "Thai", "Hebr", "Khmr", "Mymr"])
def test_shapes_are_those_of_harfbuzz(script):
    for widths, word in words(SENTENCES[script], Fonts()):
        font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(widths.face.path))))
        buffer = uharfbuzz.Buffer()
        buffer.add_str(word)
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer)
        assert [glyph.number for glyph in widths.glyphs(word)] == [info.codepoint for info in buffer.glyph_infos]
        advances = [place.x_advance for place in buffer.glyph_positions]
        assert [glyph.advance for glyph in widths.glyphs(word)] == advances


def numbers(text: str, **style) -> list[int]:
    return [
        glyph.number for widths, run in Fonts().font("sans").runs(text, **style) for glyph in glyphs_of(widths, run)
    ]


def test_joiners_are_minded_and_not_shown():
    assert numbers("می\u200cخواهم") != numbers("میخواهم")
    assert numbers("क्\u200dष") != numbers("क्ष")
    assert numbers("Auf\u200clage") == numbers("Auflage")
    assert numbers("ab\u2067سلام\u2069") == numbers("abسلام")
    assert numbers("Tren\u00adnung") == numbers("Trennung")


@pytest.mark.parametrize("word", ["", "\u200d", "\u200c\u200c", "\u2067"])
@pytest.mark.parametrize("script", ["Arab", "Deva", "Thai", "Zyyy"])
def test_words_of_nothing_that_shows_have_no_width(script, word):
    widths = Fonts().widths("NotoSans-Regular", script)
    assert (widths.glyphs(word), widths[word]) == ((), 0)


def test_brackets_are_mirrored_from_right_to_left():
    assert numbers("(a", is_rtl=False) == numbers("a)", is_rtl=True)


def test_marks_without_a_letter_of_their_own_stand_on_their_letter():
    [(widths, word)] = words("x\u0304\u0323", Fonts())
    letter, *marks = widths.glyphs(word)
    assert (letter.text, "".join(mark.text for mark in marks)) == ("x", unicodedata.normalize("NFC", "\u0304\u0323"))
    assert all(mark.advance == 0 for mark in marks)
    assert any(mark.x < 0 for mark in marks)
    # The words around it are as wide as ever.
    [(shaped, _)] = Fonts().font("sans").runs("AV x\u0304 AV")
    assert shaped["AV"] == pytest.approx(Fonts().font("sans").first["AV"])


def test_sequences_of_emoji_are_one_glyph_each():
    text = "👍🏽 👩‍❤️‍👨 🇨🇭🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ #️⃣ 🧔‍♂️ ❤️‍🔥 ☝🏽 😀😀"
    used, report = Fonts(), Report()
    found = [(widths, word, glyphs_of(widths, word)) for widths, word in words(text, used)]
    assert [len(glyphs) for *_, glyphs in found] == [1, 1, 2, 1, 1, 1, 1, 1, 1, 2]
    assert all(widths.is_colour and logical(widths, word) == word for widths, word, _ in found)
    used.shortcomings.add_to(report)
    assert not report.items


@given(st.lists(st.sampled_from(["👍🏽", "👩‍❤️‍👨", "🇨🇭", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "🧔‍♂️", "☝🏽", "😀", "❤️"]), min_size=1))
def test_emoji_are_told_apart(emoji):
    assert scripts.each_emoji("".join(emoji)) == emoji


def test_emoji_stand_from_right_to_left_too():
    for text in ("😀❤️", "👍🏽🇨🇭"):
        [(right, _)], [(left, _)] = (Fonts().font("sans").runs(text, is_rtl) for is_rtl in (True, False))
        assert right.glyphs(text) == left.glyphs(text)[::-1]


def test_a_language_chooses_the_shapes_of_letters():
    def shape(language):
        [(widths, word)] = words("۴۶", Fonts(language))
        return [glyph.number for glyph in widths.glyphs(word)]

    assert shape("ur") != shape("fa")
    assert shape("ü" * 1000) == shape("") == shape("x" * 100)


def test_emoji_that_the_font_cannot_join_are_reported():
    used, report = Fonts(), Report()
    [(widths, word)] = words("🐙\u200d🍕", used)
    assert len(glyphs_of(widths, word)) == 2
    used.shortcomings.add_to(report)
    assert [(item.severity, item.what[:35]) for item in report.items] == [
        ("degraded", "Emoji made of several characters, f")
    ]


def test_colour_is_for_emoji_and_text_for_signs():
    def is_colour(text):
        return [widths.is_colour for widths, _ in Fonts().font("sans").runs(text)]

    assert is_colour("❤") == is_colour("©") == is_colour("↔") == is_colour("1") == is_colour("#") == [False]
    assert is_colour("❤️") == is_colour("©️") == is_colour("⭐") == is_colour("✅") == is_colour("🌡") == [True]


@settings(max_examples=300)
@given(st.text(st.characters(codec="utf-8"), max_size=60), st.booleans())
def test_any_text_is_restored(text, is_rtl):
    used = Fonts()
    for widths, run in used.font("sans").runs(text, is_rtl):
        assert widths[run] >= 0
        shown = logical(widths, run)
        assert without_ignored(shown) == without_ignored(run)


def without_ignored(text: str) -> str:
    """A text of nothing but what is ignored has no glyph to keep it."""
    return "".join(each for each in text if unicodedata.category(each) not in ("Cf", "Mn", "Lo"))


@pytest.mark.parametrize(
    ("before", "repeated", "after"),
    [
        ("", "س", ""),
        ("a", "\u0301", ""),
        ("", "क्", ""),
        ("", "س—", "a"),
        ("", "—", ""),
        ("", "😀\u200d", ""),
        ("", "1\ufe0f", ""),
        ("", "\U0001f1e6", ""),
        ("", "\u200d", ""),
        ("", "س漢a", ""),
        ("", "\ud800س", ""),
    ],
    ids=ascii,
)
def test_hostile_text_takes_work_in_proportion_to_its_length(before, repeated, after):
    def taken(count: int) -> int:
        return steps(lambda: shaped(before + repeated * count + after))

    def shaped(text: str) -> None:
        for widths, run_ in Fonts().font("sans").runs(text):
            widths[run_]
            widths.glyphs(run_)

    taken(10)  # what is only done once
    once, twice = taken(3_000), taken(6_000)
    assert once > 3_000, "too little to tell"
    assert twice < 2.3 * once


def test_words_are_forgotten_before_they_fill_the_memory():
    widths = Fonts().widths("NotoSansArabic-Regular", "Arab", True)
    fonts_limit = 30_000
    for number in range(fonts_limit):
        widths["".join(chr(0x627 + int(digit)) for digit in str(number))]
    assert len(widths._words) < fonts_limit
    assert len(widths) <= fonts._MAX_WORDS
