import numpy as np
import pytest

from summarizer.selection.vocabulary import phrase_share, shared_phrases, word_weight

TEXTS = ["The ship burned off the coast.", "A ship was burning, and a sailor died.", "Rain is expected on Friday."]
VOICES = np.array([0, 1, 2])


def test_words_that_several_voices_use_weigh_more() -> None:
    weight = word_weight(TEXTS, VOICES)
    assert weight.max() == pytest.approx(1.0)
    assert weight[0] == weight.max()
    assert weight[2] == 0


def test_a_pair_weighs_the_share_of_the_other_voices_that_use_it() -> None:
    phrases = shared_phrases(["Ships burn.", "The ships burned.", "Ships burning there."], VOICES)
    assert phrases.weight[phrases.of[0]].tolist() == pytest.approx([1.0])
    assert phrase_share(phrases).tolist() == pytest.approx([1, 1 / 2, 1 / 2])
    assert phrase_share(phrases, np.zeros(len(phrases.weight), dtype=bool)).tolist() == [0, 0, 0]


def test_in_one_document_a_pair_weighs_how_often_it_comes_again() -> None:
    phrases = shared_phrases(["The ship sank.", "The ship burned.", "Rain fell."], np.zeros(3, dtype=np.int64))
    assert phrase_share(phrases).tolist() == pytest.approx([1 / 2, 1 / 2, 0])


def test_texts_without_words_share_nothing() -> None:
    assert phrase_share(shared_phrases(["...", "Ships."], np.array([0, 1]))).tolist() == [0, 0]
    assert word_weight(["...", ""], np.array([0, 1])).tolist() == [0, 0]
    assert phrase_share(shared_phrases([], np.zeros(0, dtype=np.int64))).shape == (0,)
