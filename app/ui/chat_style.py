"""The few rules of style that the Ask page needs beyond the theme; constants only, never a person's text."""

SOURCES = "chat-sources"
"""Key of the source panel."""
CURRENT = "chat-current-sources"
"""Key of the part of the panel that belongs to the newest turn."""
EARLIER = "chat-earlier-sources"
"""Prefix of the keys of the parts that belong to earlier turns."""

_LINE = "color-mix(in srgb, currentColor 14%, transparent)"
_TINT = "color-mix(in srgb, currentColor 7%, transparent)"

STYLE = f"""
<style>
/* The panel stays beside the text while it scrolls; on a phone it follows the text. */
.st-key-{SOURCES} {{ position: sticky; top: 4.25rem; max-height: calc(100vh - 14rem); overflow-y: auto;
  padding: 0 .25rem .5rem 1rem; border-left: 1px solid {_LINE}; }}
@media (max-width: 640px) {{
  .st-key-{SOURCES} {{ position: static; max-height: none; border-left: 0; padding: .75rem 0 0;
    border-top: 1px solid {_LINE}; }}
}}
.st-key-{SOURCES} h3 {{ font-size: .95rem; line-height: 1.35; padding: 0 0 1rem; scroll-margin-top: 1rem; }}
.st-key-{SOURCES} p {{ font-size: .9rem; line-height: 1.5; }}
/* Sources of earlier turns come forward when one of their marks is followed: no script, no rerun. */
[class*="st-key-{EARLIER}-"]:not(:has(:target)) {{ display: none; }}
.st-key-{SOURCES}:has([class*="st-key-{EARLIER}-"] :target) .st-key-{CURRENT} {{ display: none; }}
/* The passage that a mark leads to. */
.st-key-{SOURCES} [data-testid="stVerticalBlock"]:has(> [data-testid="stElementContainer"] :target) {{
  background: {_TINT}; border-radius: .5rem; box-shadow: -3px 0 0 currentColor, 0 0 0 .5rem {_TINT}; }}
/* Marks read as marks, with room for a finger. */
.st-key-chat-page a[href^="#src-"] {{ text-decoration: none; font-size: .85em; font-weight: 600; padding: .15rem .1rem; }}
.st-key-chat-page a[href^="#src-"]:hover, .st-key-chat-page a[href^="#src-"]:focus-visible {{ text-decoration: underline; }}
.st-key-chat-page blockquote {{ margin: .25rem 0 .5rem; }}
.st-key-chat-examples button, .st-key-chat-history button {{ justify-content: flex-start; }}
.st-key-chat-examples button > div {{ justify-content: flex-start; text-align: left; }}
/* One line a conversation. */
.st-key-chat-history button > div {{ justify-content: flex-start; min-width: 0; width: 100%; }}
.st-key-chat-history button p {{ overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }}
.st-key-chat-history button [data-testid="stMarkdownContainer"] {{ min-width: 0; overflow: hidden; }}
/* A question is a quiet sheet, an answer is plain text: no faces. */
.st-key-chat-page [data-testid^="stChatMessageAvatar"] {{ display: none; }}
.st-key-chat-page [data-testid="stChatMessage"] {{ background: transparent; padding: 0 0 .75rem; }}
.st-key-chat-page [data-testid="stChatMessage"]:has([data-testid="stChatMessageAvatarUser"]) {{
  background: {_TINT}; padding: .6rem .9rem; width: fit-content; max-width: 100%; }}
.st-key-chat-title h1 {{ font-size: 1.35rem; }}
.st-key-chat-chips {{ max-width: 40rem; }}
</style>
"""
