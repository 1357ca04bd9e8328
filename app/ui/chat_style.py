"""The few rules of style that the Ask page needs beyond the theme; constants only, never a person's text."""

SOURCES = "chat-sources"
"""Key of the source panel."""
CURRENT = "chat-current-sources"
"""Key of the part of the panel that belongs to the newest turn."""
EARLIER = "chat-earlier-sources"
"""Prefix of the keys of the parts that belong to earlier turns."""
LIST = "chat-history"
"""Key of the list of conversations."""
FOUND = "chat-found"
"""Key of the list of those found by a search; it stands in for the list."""
PANE = "chat-pane"
"""Prefix of the key of the pane that the turns stand in."""

_LINE = "color-mix(in srgb, currentColor 14%, transparent)"
_SHEET = "color-mix(in srgb, currentColor 5%, transparent)"
_LIT = "rgb(60 160 150 / .14)"
_BAR = "rgb(60 160 150)"
_HIGH = "max(16rem, calc(100dvh - 24rem))"

STYLE = f"""
<style>
/* Text and sources scroll side by side; on a phone the sources follow the text. */
[data-testid="stLayoutWrapper"]:has(> [class*="st-key-{PANE}-"]),
[data-testid="stLayoutWrapper"]:has(> .st-key-{SOURCES}) {{ height: {_HIGH}; flex: 0 0 {_HIGH}; }}
[class*="st-key-{PANE}-"] {{ height: 100%; padding: 0; }}
.st-key-{SOURCES} {{ overflow-y: auto; padding: 0 .5rem .5rem 1rem; border-left: 1px solid {_LINE}; }}
@media (max-width: 640px) {{
  [data-testid="stLayoutWrapper"]:has(> .st-key-{SOURCES}) {{ height: auto; flex: 0 0 auto; }}
  .st-key-{SOURCES} [data-testid="stVerticalBlock"] {{ margin-left: 0 !important; }}
  .st-key-{SOURCES} {{ border-left: 0; padding: .75rem 0 0; border-top: 1px solid {_LINE}; }}
}}
.st-key-{SOURCES} h3 {{ font-size: .95rem; line-height: 1.35; padding: 0 0 1rem; scroll-margin-top: 11rem; }}
.st-key-{SOURCES} p {{ font-size: .9rem; line-height: 1.5; }}
.st-key-{SOURCES} summary, .st-key-{SOURCES} summary * {{ color: inherit; }}
.st-key-{SOURCES} [data-testid="stHeaderActionElements"] {{ display: none; }}
/* Sources of earlier turns come forward when one of their marks is followed: no script, no rerun. */
[data-testid="stLayoutWrapper"]:has(> [class*="st-key-{EARLIER}-"]):not(:has(:target)) {{ display: none; }}
.st-key-{SOURCES}:has([class*="st-key-{EARLIER}-"] :target) .st-key-{CURRENT} {{ display: none; }}
/* The passage that a mark leads to. */
.st-key-{SOURCES} [data-testid="stVerticalBlock"]:has(> [data-testid="stElementContainer"] :target) {{
  background: {_LIT}; border-left: 3px solid {_BAR}; padding: .4rem .4rem .4rem .6rem; margin-left: calc(-.6rem - 3px); }}
/* Marks read as marks, with room for a finger. */
.st-key-chat-page a[href^="#src-"] {{ text-decoration: none; font-size: .85em; font-weight: 600; padding: .15rem .1rem; }}
.st-key-chat-page a[href^="#src-"]:hover, .st-key-chat-page a[href^="#src-"]:focus-visible {{ text-decoration: underline; }}
.st-key-chat-page blockquote {{ margin: .25rem 0 .5rem; opacity: 1; color: inherit; }}
/* A question is a quiet sheet, an answer is plain text: no faces. */
.st-key-chat-page [data-testid^="stChatMessageAvatar"] {{ display: none; }}
.st-key-chat-page [data-testid="stChatMessage"] {{ background: transparent; padding: 0 0 .75rem; }}
.st-key-chat-page [data-testid="stChatMessage"]:has([data-testid="stChatMessageAvatarUser"]) {{
  background: {_SHEET}; padding: .6rem .9rem; width: fit-content; max-width: 100%;
  /* A pasted page does not push what was said to it out of sight. */
  max-height: 14rem; overflow-y: auto; }}
.st-key-chat-title h1 {{ font-size: 1.35rem; }}
.st-key-chat-chips {{ max-width: 40rem; }}
/* On a phone the room belongs to the text. */
@media (max-width: 640px) {{
  .st-key-chat-title h1 {{ font-size: 1.05rem; padding: 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }}
  .st-key-chat-title [data-testid="stElementContainer"], .st-key-chat-title [data-testid="stHeading"] {{ min-width: 0; }}
  .st-key-chat-page [data-testid="stChatMessage"]:has([data-testid="stChatMessageAvatarUser"]) {{ max-height: 5.5rem; }}
  [data-testid="stChatInputTextArea"] {{ max-height: 5rem !important; }}
  .st-key-chat-chips input {{ font-size: .8125rem; }}
}}
.st-key-chat-examples button > div {{ justify-content: flex-start; text-align: left; }}
.st-key-chat-examples button p {{ white-space: normal; }}
/* One line a conversation. */
.st-key-{LIST} button, .st-key-{FOUND} button, .st-key-chat-examples button {{ justify-content: flex-start; }}
:is(.st-key-{LIST}, .st-key-{FOUND}) button > div {{ justify-content: flex-start; min-width: 0; width: 100%; }}
:is(.st-key-{LIST}, .st-key-{FOUND}) button [data-testid="stMarkdownContainer"] {{ min-width: 0; overflow: hidden; }}
:is(.st-key-{LIST}, .st-key-{FOUND}) button p {{ overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }}
[data-testid="stSidebar"]:has(.st-key-{FOUND}) .st-key-{LIST} {{ display: none; }}
</style>
"""
