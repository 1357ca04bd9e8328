"""The file chooser in the language of the page: Streamlit words its own in English, so its words are replaced by style.

Constants only; the words are those of the catalogues (a test compares them).
"""

ONE = {"kk": "Файл таңдау", "ru": "Выбрать файл", "en": "Choose a file"}
MANY = {"kk": "Файл таңдау", "ru": "Выбрать файлы", "en": "Choose files"}
TOO_LARGE = {
    "kk": "Файл 10 МБ-тан үлкен. Басқасын таңдаңыз.",
    "ru": "Файл больше 10 МБ. Выберите другой.",
    "en": "The file is larger than 10 MB. Choose another one.",
}
"""Said below a file that the browser does not send."""

_BUTTON = "[data-testid='stFileUploaderDropzone'] button p"
_REFUSED = "[data-testid='stFileUploader']:has([aria-invalid='true'])::after"

STYLE = f"""
<style>
[class*="st-key-file-chooser-"] [data-testid="stFileUploaderDropzoneInstructions"] {{ display: none; }}
[class*="st-key-file-chooser-"] {_BUTTON} {{ visibility: hidden; font-size: 0; }}
[class*="st-key-file-chooser-"] {_BUTTON}::after {{ visibility: visible; font-size: 1rem; }}
.st-key-file-chooser-one-kk {_BUTTON}::after {{ content: "{ONE["kk"]}"; }}
.st-key-file-chooser-one-ru {_BUTTON}::after {{ content: "{ONE["ru"]}"; }}
.st-key-file-chooser-one-en {_BUTTON}::after {{ content: "{ONE["en"]}"; }}
.st-key-file-chooser-many-kk {_BUTTON}::after {{ content: "{MANY["kk"]}"; }}
.st-key-file-chooser-many-ru {_BUTTON}::after {{ content: "{MANY["ru"]}"; }}
.st-key-file-chooser-many-en {_BUTTON}::after {{ content: "{MANY["en"]}"; }}
[class*="st-key-file-chooser-"] {_REFUSED} {{ display: block; padding-top: .5rem; }}
:is(.st-key-file-chooser-one-kk, .st-key-file-chooser-many-kk) {_REFUSED} {{ content: "{TOO_LARGE["kk"]}"; }}
:is(.st-key-file-chooser-one-ru, .st-key-file-chooser-many-ru) {_REFUSED} {{ content: "{TOO_LARGE["ru"]}"; }}
:is(.st-key-file-chooser-one-en, .st-key-file-chooser-many-en) {_REFUSED} {{ content: "{TOO_LARGE["en"]}"; }}
</style>
"""
