"""A running story: what is new, cited in the articles as they are given, and the merged summary."""

import pytest
from shell import summarizer_command

from summarizer import Document, InputError, SummaryOptions, Update, load_documents
from summarizer.update import update

DAY_TWO = (
    "The ferry Northern Star ran aground near Harrow Island in dense fog with 231 people on board on Tuesday. "
    "Divers found a crack of four metres in the hull of the ferry on Wednesday, the coast guard said. "
    "The Northern Star will be towed to Port Ellis on Friday if the wind drops, salvage chief Ida Brandt said."
)


@pytest.fixture(scope="module")
def earlier(summarizer):
    return summarizer.summarize(load_documents("examples/ferry"), max_words=60)


def test_only_what_is_new_is_told_and_cited(summarizer, earlier):
    today = Document(id="today", text=DAY_TWO)
    made = update(summarizer, earlier, [today], SummaryOptions(max_words=60))
    assert (made.new_sentences, made.sentences) == (2, 3)
    assert "Divers" in made.new.text
    assert "ran aground" not in made.new.text
    for sentence in made.new.sentences:
        for citation in sentence.citations:
            assert citation.document == "today"
            cited = DAY_TWO[citation.start : citation.end]
            assert cited.startswith(("Divers found", "The Northern Star will"))
            assert cited.endswith(".")
    assert [d.text for d in made.new.documents] == [DAY_TWO]
    assert {d.id for d in made.merged.documents} == {d.id for d in earlier.documents} | {"today"}


def test_a_changed_number_is_new(summarizer, earlier):
    text = DAY_TWO.split(". ")[0].replace("231", "246") + "."
    assert update(summarizer, earlier, [Document(id="b", text=text)]).new_sentences == 1


def test_nothing_new(summarizer, earlier):
    text = next(d.text for d in earlier.documents)
    made = update(summarizer, earlier, [Document(id="again", text=text)])
    assert made.new is None
    assert made.new_sentences == 0


def test_what_cannot_be_updated_says_so(summarizer, earlier):
    with pytest.raises(InputError, match="No new article"):
        update(summarizer, earlier, load_documents("examples/ferry"))
    bare = summarizer.summarize(load_documents("examples/ferry"), include=frozenset())
    with pytest.raises(InputError, match="lacks the text"):
        update(summarizer, bare, [Document(id="today", text=DAY_TWO)])


def test_command(tmp_path, earlier):
    (tmp_path / "yesterday.json").write_text(earlier.model_dump_json())
    (tmp_path / "today.txt").write_text(DAY_TWO)
    command = ["update", tmp_path / "yesterday.json", tmp_path / "today.txt", "--model", "extractive"]
    assert Update.model_validate_json(summarizer_command(*command, "--json").stdout).new_sentences == 2
    shown = summarizer_command(*command).stdout
    assert shown.startswith("What is new\n\n")
    assert "The whole story\n\n" in shown
    (tmp_path / "broken.json").write_text("{}")
    refused = summarizer_command("update", tmp_path / "broken.json", tmp_path / "today.txt")
    assert refused.returncode == 1
    assert "Holds no summary" in refused.stderr
