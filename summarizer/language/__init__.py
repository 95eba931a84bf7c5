"""What is known of words: tokens and stems, names, numbers and what they count, days and outcomes, the language itself.

In goes text, out come facts about its words; nothing here knows of documents. What belongs to one language stands in
``en.toml`` and its like. It may import nothing but what the whole house speaks (types, errors, interruption).
"""
