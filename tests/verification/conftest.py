"""A story told by two articles that we wrote."""

from __future__ import annotations

import pytest
from hashed_encoder import hashed

from summarizer.reading.segment import split_sentences
from summarizer.types import Document
from summarizer.verification import Evidence

HERALD = """\
The port of Varna Bay reopened on Tuesday, nine days after Storm Edda sank two ferries and closed its main channel. \
Harbour master Ilse Brandt said 14 cargo ships were waiting outside the breakwater and would be let in by size. \
"We will not rush this," Brandt told reporters at the terminal. \
The storm killed three sailors and injured at least 27 people, according to the coast guard. \
Transport Minister Paolo Ricci, who visited the port with Mayor Anna Koval, promised $3.2 million for repairs. \
Koval has criticized the ministry for ignoring a 2019 report on the breakwater. \
The report warned that a wave of 8 metres could break the northern wall. \
Ricci denied that his ministry had received the report. \
Opposition leader Tomas Weiss called on Ricci to resign and may ask parliament to open an inquiry. \
Exports of grain fell 15 percent in January because of the closure, the Grain Traders Association said. \
The association expects shipments to recover in March. \
Engineers from the Netherlands began to rebuild the northern wall on Sunday.
"""
COURIER = """\
Ships entered Varna Bay again on Tuesday for the first time since Storm Edda. \
The storm killed three sailors and left at least 27 people hurt, the coast guard said. \
Ilse Brandt, the harbour master, said that 14 cargo ships were still waiting. \
She said the largest of them, the Orion Star, would enter on Thursday. \
Paolo Ricci, the transport minister, pledged $3.2 million for the damaged breakwater. \
Weiss accused Ricci of hiding the warning. \
Insurers put the damage at 40 million euros. \
Fishermen in Port Lena reported that their boats had not been damaged. \
A spokesman for the Grain Traders Association, Henrik Olsen, said 60 trucks a day now carry wheat to Port Lena. \
Local elections will be held on 12 May.
"""


def gathered(*documents: Document, language: str = "en") -> Evidence:
    """All sentences of the documents."""
    sentences = [sentence for document in documents for sentence in split_sentences(document)]
    return Evidence(documents, sentences, hashed([sentence.text for sentence in sentences]), language)


@pytest.fixture(scope="session")
def gather():
    return gathered


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    return gathered(Document(id="herald", text=HERALD), Document(id="courier", text=COURIER))
