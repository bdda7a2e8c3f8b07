"""The language to write to somebody in, from what a list or a form says: "English", "en_GB", "DE"."""

from __future__ import annotations

import re

from employer_app.domain.person_name import search_key

#: what lists call the languages of their applicants, folded, the English name first; the code is ISO 639-1
_CALLED = {
    code: names.split()
    for code, names in {
        "en": "english englisch anglais ingles engels",
        "de": "german deutsch allemand aleman duits",
        "fr": "french francais franzosisch frances frans",
        "es": "spanish espanol spanisch espagnol castellano spaans",
        "nl": "dutch nederlands niederlandisch neerlandais neerlandes",
        "it": "italian italiano italienisch italien",
        "pt": "portuguese portugues portugiesisch portugais",
        "sv": "swedish svenska schwedisch suedois",
        "da": "danish dansk danisch danois",
        "nb": "norwegian norsk norwegisch norvegien",
        "fi": "finnish suomi finnisch finnois",
        "pl": "polish polski polnisch polonais",
        "cs": "czech cestina tschechisch tcheque",
        "ro": "romanian romana rumanisch roumain",
        "hu": "hungarian magyar ungarisch hongrois",
        "el": "greek ellinika griechisch grec",
        "tr": "turkish turkce turkisch turc",
        "ru": "russian russkij russisch russe",
        "uk": "ukrainian ukrainisch ukrainien",
        "ar": "arabic arabisch arabe",
        "he": "hebrew hebraisch hebreu",
        "hi": "hindi",
        "zh": "chinese mandarin chinesisch chinois",
        "ja": "japanese japanisch japonais",
        "ko": "korean koreanisch coreen",
        "bg": "bulgarian bulgarisch bulgare",
        "et": "estonian eesti estnisch estonien",
        "hr": "croatian hrvatski kroatisch croate",
        "lt": "lithuanian lietuviu litauisch lituanien",
        "lv": "latvian latviesu lettisch letton",
        "sk": "slovak slovencina slowakisch slovaque",
        "sl": "slovenian slovenscina slowenisch slovene",
        "sr": "serbian srpski serbisch serbe",
        "vi": "vietnamese vietnamesisch vietnamien",
    }.items()
}
_CODES = {name: code for code, names in _CALLED.items() for name in names}
_CODE = re.compile(r"([a-z]{2})(?:[-_][a-z0-9]{2,8})*")


def language_code(text: str) -> str:
    """The two-letter code, or "" when the text is empty or nobody can tell."""
    folded = search_key(text).strip()
    if found := _CODE.fullmatch(folded):
        return found[1]
    return _CODES.get(folded.split(" ")[0], "") if folded else ""


def language_name(code: str) -> str:
    """What the language is called in English; a code that nobody named stays as it is."""
    names = _CALLED.get(language_code(code))
    return names[0].capitalize() if names else code


def language_codes() -> tuple[str, ...]:
    """Every language that has a name here, by that name."""
    return tuple(sorted(_CALLED, key=language_name))
