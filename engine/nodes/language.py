"""Language: from here on the contact is spoken to in another language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.fields import Field, FilledTemplate
from engine.node import Action, Leave, Node, NodeConfig, Summary
from engine.session.session import Session


class LanguageConfig(NodeConfig):
    language: FilledTemplate = Field(
        title="Language", description="A language of the flow such as zh-CN, or where it stands: {{ record.language }}."
    )


class Language(Node[LanguageConfig]):
    """Changes the language that prompts and texts are in."""

    type, label, group, icon, medium = "language", "Language", "voice", "globe", "voice"
    help = (
        "Applies to all that follows, in calls and in texts. A language that the flow does not have changes nothing. "
        "`results.<node>.value` is the language from here on."
    )
    starter = {"language": ""}

    def enter(self, session: Session) -> Action:
        wanted = self.config.language.render(session.scope).strip()
        found = best(wanted, session.here.languages)
        if found is not None:
            session.state.language = found
        return Leave("done", session.language)

    def summary(self) -> Iterator[Summary]:
        yield self.config.language.source


def best(wanted: str, languages: Sequence[str]) -> str | None:
    """The language that is meant: the same, or the first that shares its main part; None if there is none."""
    tag = wanted.replace("_", "-").lower()
    for language in languages:
        if language.lower() == tag:
            return language
    main = tag.split("-")[0]
    return next((language for language in languages if main and language.split("-")[0].lower() == main), None)
