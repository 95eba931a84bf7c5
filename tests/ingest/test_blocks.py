"""HTML that is no web page, as text."""

from __future__ import annotations

import pytest

from summarizer.ingest.blocks import text_of
from summarizer.ingest.html import parse


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One <b>bold</b>\n  word.</p><p>Two.</p>", "One bold word.\n\nTwo."),
        ("One<br>two<div>three</div>four", "One\ntwo\n\nthree\n\nfour"),
        ("<ul><li>First<li>Second</ul>", "- First\n\n- Second"),
        ("<table><tr><td>A cell</td><td>another</td></tr></table>", "A cell\n\nanother"),
        ("<pre>kept\n  as it is</pre>after it", "kept\nas it is\n\nafter it"),
        ("<p>Seen<span style='DISPLAY: none'>unseen</span> text<script>x()</script>.</p>", "Seen text."),
        ("<p>Said.<sup><a href='#1'>1</a></sup> More, 5 m<sup>2</sup>.</p>", "Said. More, 5 m2."),
        ("<p>Before<!-- a comment --> and after</p>", "Before and after"),
        ("<p hidden>Nothing</p><o:p>An unknown element</o:p>", "An unknown element"),
    ],
)
def test_what_a_reader_sees(html: str, text: str) -> None:
    tree = parse(html)
    assert tree is not None
    assert text_of(tree) == text
