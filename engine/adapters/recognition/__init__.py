"""Speech understood: recognizers behind one interface, chosen by language."""

from engine.adapters.recognition.chosen import Recognizers
from engine.adapters.recognition.recognizer import NotUnderstood, Recognizer, Understood
from engine.adapters.recognition.utterance import Utterances

__all__ = ["NotUnderstood", "Recognizer", "Recognizers", "Understood", "Utterances"]
