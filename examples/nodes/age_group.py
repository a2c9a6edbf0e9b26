"""Age group: leave by the age that a date of birth gives. Pure logic: nothing is asked of the world."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from callweave import Leave, Node, NodeConfig, Outlet, fields


class AgeGroupConfig(NodeConfig):
    born: fields.Template = fields.Field(
        title="Date of birth", description="As year-month-day, such as {{ record.birth_date }}."
    )
    adult: int = fields.Field(18, title="Adult from", ge=1, le=150, json_schema_extra={"unit": "years"})
    senior: int = fields.Field(65, title="Senior from", ge=1, le=150, json_schema_extra={"unit": "years"})


class AgeGroup(Node[AgeGroupConfig]):
    """Goes on by the contact's age."""

    type, label, group, icon = "age_group", "Age group", "logic", "branch"
    help = "The age is worked out for today, in the contact's time zone; it is the node's result."
    starter = {"born": "{{ record.birth_date }}"}

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("child", "Child")
        yield Outlet("adult", "Adult")
        yield Outlet("senior", "Senior")
        yield Outlet("unknown", "No date of birth")

    def enter(self, session):
        try:
            born = date.fromisoformat(self.config.born.render(session.scope).strip())
        except ValueError:
            return Leave("unknown")
        today = session.at.date()
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        if age >= self.config.senior:
            return Leave("senior", result=age)
        return Leave("adult" if age >= self.config.adult else "child", result=age)
