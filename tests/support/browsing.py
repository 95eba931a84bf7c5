"""What tests of the page share: sizes of its window, and the way to a summary."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
from typing import Any

DESKTOP, PHONE = {"width": 1360, "height": 900}, {"width": 390, "height": 844}

ARABIC = [
    "قالت خفر السواحل إن العبارة نورذرن ستار جنحت قرب جزيرة هارو في ضباب كثيف يوم الثلاثاء وعلى متنها 231 راكبا. "
    "ونقلت قوارب الصيد وقوارب النجاة الركاب إلى الشاطئ. وأوقفت الشركة المشغلة القبطان عن العمل.",
    "جنحت العبارة نورذرن ستار قبالة جزيرة هارو صباح الثلاثاء وعلى متنها 214 راكبا. "
    "وتم إنقاذهم جميعا، بحسب خفر السواحل. ووصلت قوارب الصيد من ميناء إليس أولا إلى العبارة. ويبدأ التحقيق يوم الخميس.",
]
"""The example in Arabic."""


def summarised(page: Any, *, arabic: bool = False) -> None:
    """A summary of the example, whole, with its link."""
    if arabic:
        page.get_by_role("button", name="Add an article").click()
        for area, text in zip(page.locator("textarea").all(), ARABIC, strict=True):
            area.fill(text)
    else:
        page.get_by_role("button", name="Use an example").click()
    page.get_by_role("button", name="Summarise").click()
    page.get_by_text("Written by extractive.").wait_for()
    page.get_by_role("link", name="Link", exact=True).wait_for()


def picture(page: Any, path: Path) -> None:
    """What the window shows, as WebP."""
    shot = page.context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 60})
    path.write_bytes(b64decode(shot["data"]))
