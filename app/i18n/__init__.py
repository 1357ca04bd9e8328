"""Words in Kazakh, Russian and English."""

from app.i18n.translator import LANGUAGES, NAMES, MissingWords, Translator, translator

__all__ = ["LANGUAGES", "NAMES", "MissingWords", "Translator", "translator"]
