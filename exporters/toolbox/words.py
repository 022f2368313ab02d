"""The few words that exporters add to a document, in its own language."""

from __future__ import annotations

from typing import NamedTuple

from exporters.document.nodes import AdmonitionKind


class Words(NamedTuple):
    contents: str
    footnotes: str
    back: str
    """Names the link from a footnote to its mention."""
    note: str
    tip: str
    important: str
    warning: str
    caution: str
    image: str
    untitled: str

    def admonition(self, kind: AdmonitionKind) -> str:
        """The label of a call-out."""
        match kind:
            case "note":
                return self.note
            case "tip":
                return self.tip
            case "important":
                return self.important
            case "warning":
                return self.warning
            case "caution":
                return self.caution
            case _:
                return kind.capitalize()  # as MkDocs has it, whatever the document's language


def words(language: str) -> Words:
    """The words for a language tag such as `de-AT` (RFC 5646); English where its language is not in the table."""
    tag = language.lower()
    while tag and tag not in _WORDS:
        tag = tag.rpartition("-")[0]
    return Words(*_WORDS[tag or "en"].split("|"))


_TRADITIONAL_CHINESE = "目錄|註腳|返回正文|備註|提示|重要|警告|小心|圖片|文件"
_NORWEGIAN = "Innhold|Fotnoter|Tilbake til teksten|Merk|Tips|Viktig|Advarsel|Forsiktig|Bilde|Dokument"

_WORDS = {
    "ar": "المحتويات|الحواشي|العودة إلى النص|ملاحظة|نصيحة|مهم|تحذير|تنبيه|صورة|مستند",
    "cs": "Obsah|Poznámky|Zpět na text|Poznámka|Tip|Důležité|Varování|Upozornění|Obrázek|Dokument",
    "da": "Indhold|Fodnoter|Tilbage til teksten|Bemærk|Tip|Vigtigt|Advarsel|Forsigtig|Billede|Dokument",
    "de": "Inhalt|Fußnoten|Zurück zum Text|Hinweis|Tipp|Wichtig|Warnung|Vorsicht|Bild|Dokument",
    "el": "Περιεχόμενα|Υποσημειώσεις|Επιστροφή στο κείμενο|Σημείωση"
    "|Συμβουλή|Σημαντικό|Προειδοποίηση|Προσοχή|Εικόνα|Έγγραφο",
    "en": "Contents|Footnotes|Back to the text|Note|Tip|Important|Warning|Caution|Image|Document",
    "es": "Índice|Notas|Volver al texto|Nota|Consejo|Importante|Advertencia|Precaución|Imagen|Documento",
    "fa": "فهرست|پانویس‌ها|بازگشت به متن|یادداشت|نکته|مهم|هشدار|احتیاط|تصویر|سند",
    "fi": "Sisällys|Alaviitteet|Takaisin tekstiin|Huomautus|Vinkki|Tärkeää|Varoitus|Huomio|Kuva|Asiakirja",
    "fr": "Sommaire|Notes|Retour au texte|Remarque|Astuce|Important|Avertissement|Attention|Image|Document",
    "he": "תוכן העניינים|הערות שוליים|חזרה לטקסט|הערה|טיפ|חשוב|אזהרה|זהירות|תמונה|מסמך",
    "hi": "विषय-सूची|पाद-टिप्पणियाँ|पाठ पर वापस जाएँ|टिप्पणी|सुझाव|महत्वपूर्ण|चेतावनी|सावधानी|चित्र|दस्तावेज़",
    "hu": "Tartalom|Lábjegyzetek|Vissza a szöveghez|Megjegyzés|Tipp|Fontos|Figyelmeztetés|Vigyázat|Kép|Dokumentum",
    "it": "Indice|Note|Torna al testo|Nota|Suggerimento|Importante|Avviso|Attenzione|Immagine|Documento",
    "ja": "目次|脚注|本文に戻る|補足|ヒント|重要|警告|注意|画像|文書",
    "ko": "목차|각주|본문으로 돌아가기|참고|팁|중요|경고|주의|이미지|문서",
    "nb": _NORWEGIAN,
    "nl": "Inhoud|Voetnoten|Terug naar de tekst|Opmerking|Tip|Belangrijk|Waarschuwing|Let op|Afbeelding|Document",
    "no": _NORWEGIAN,
    "pl": "Spis treści|Przypisy|Powrót do tekstu|Uwaga|Wskazówka|Ważne|Ostrzeżenie|Przestroga|Obraz|Dokument",
    "pt": "Índice|Notas|Voltar ao texto|Nota|Dica|Importante|Aviso|Cuidado|Imagem|Documento",
    "ro": "Cuprins|Note de subsol|Înapoi la text|Notă|Sfat|Important|Avertisment|Atenție|Imagine|Document",
    "ru": "Содержание|Сноски|Вернуться к тексту|Примечание|Совет|Важно|Предупреждение|Осторожно|Изображение|Документ",
    "sv": "Innehåll|Fotnoter|Tillbaka till texten|Anmärkning|Tips|Viktigt|Varning|Var försiktig|Bild|Dokument",
    "tr": "İçindekiler|Dipnotlar|Metne dön|Not|İpucu|Önemli|Uyarı|Dikkat|Görsel|Belge",
    "uk": "Зміст|Виноски|Повернутися до тексту|Примітка|Порада|Важливо|Попередження|Обережно|Зображення|Документ",
    "zh": "目录|脚注|返回正文|说明|提示|重要|警告|小心|图片|文档",
    "zh-hant": _TRADITIONAL_CHINESE,
    "zh-hk": _TRADITIONAL_CHINESE,
    "zh-mo": _TRADITIONAL_CHINESE,
    "zh-tw": _TRADITIONAL_CHINESE,
}
