import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.language.detection import detect_language

NEWS = {
    "en": "The government said on Monday that it would send 2,500 troops to the region after the embassy attack.",
    "de": "Die Regierung teilte am Montag mit, dass sie nach dem Angriff auf die Botschaft 2.500 Soldaten entsendet.",
    "fr": "Le gouvernement a annoncé lundi qu'il enverrait 2 500 soldats dans la région après l'attaque.",
    "es": "El gobierno anunció el lunes que enviará 2.500 soldados a la región tras el ataque contra la embajada.",
    "it": "Il governo ha annunciato lunedì che invierà 2.500 soldati nella regione dopo l'attacco all'ambasciata.",
    "pt": "O governo anunciou na segunda-feira que enviará 2.500 soldados para a região após o ataque à embaixada.",
    "nl": "De regering maakte maandag bekend dat zij na de aanval 2.500 militairen naar de regio stuurt.",
    "sv": "Regeringen meddelade på måndagen att den skickar 2 500 soldater till regionen efter attacken.",
    "pl": "Rząd ogłosił w poniedziałek, że po ataku na ambasadę wyśle do regionu 2500 żołnierzy.",
    "ru": "Правительство объявило в понедельник, что направит в регион 2500 военных после нападения на посольство.",
    "uk": "Уряд оголосив у понеділок, що направить до регіону 2500 військових після нападу на посольство.",
    "tr": "Hükümet pazartesi günü saldırının ardından bölgeye 2.500 asker göndereceğini açıkladı.",
    "ar": "أعلنت الحكومة يوم الاثنين أنها سترسل 2500 جندي إلى المنطقة بعد الهجوم على السفارة.",
    "zh": "政府周一宣布,在大使馆遭到袭击后,将向该地区派遣2500名士兵。",
    "ja": "政府は月曜日、大使館への攻撃を受けて、この地域に2500人の兵士を派遣すると発表した。",
    "ko": "정부는 월요일 대사관 공격 이후 이 지역에 2,500명의 병력을 파견할 것이라고 밝혔다.",
    "hi": "सरकार ने सोमवार को कहा कि वह दूतावास पर हमले के बाद क्षेत्र में 2,500 सैनिक भेजेगी।",
}


@pytest.mark.parametrize("code", NEWS)
def test_a_short_news_paragraph_is_told_by_its_language(code: str) -> None:
    assert detect_language(NEWS[code]) == code


def test_lower_cased_and_lightly_tokenised_english_is_english() -> None:
    text = (
        "police said on tuesday that the man , who has not been named , was arrested after a chase through the city ."
    )
    assert detect_language(text) == "en"
    assert detect_language("PRESIDENT ORDERS 2,500 TROOPS TO THE REGION AFTER THE ATTACK ON THE EMBASSY") == "en"


@pytest.mark.parametrize(
    "text", ["", "   ", "Hello", "12345 678 !!!", "Barack Obama", "Trump Putin Merkel Macron Xi Kim"]
)
def test_too_little_to_tell_is_none(text: str) -> None:
    assert detect_language(text) is None


@given(st.text(st.characters(codec=None), max_size=200))
def test_any_text_gives_a_two_letter_code_or_none(text: str) -> None:
    code = detect_language(text)
    assert code is None or (len(code) == 2 and code.isalpha() and code.islower())


@pytest.mark.parametrize("code", NEWS)
def test_long_text_is_told_alike(code: str) -> None:
    assert detect_language(" ".join([NEWS[code]] * 4)) == code


def test_english_names_do_not_make_a_text_english() -> None:
    dutch = (
        NEWS["nl"] + " De film The Lord of the Rings draait opnieuw in The Movies aan de Haarlemmerdijk in Amsterdam."
    )
    assert detect_language(dutch * 2) == "nl"
