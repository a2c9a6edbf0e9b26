"""Page staff: send a few words to a pager, and go on by what became of it. The gateway is the adapter's business."""

from __future__ import annotations

from collections.abc import Iterator

from callweave import AskAdapter, JobFinished, Leave, Node, NodeConfig, Outlet, Wait, fields


class PageStaffConfig(NodeConfig):
    pager: fields.Template = fields.Field(title="Pager", description="The number of the pager, such as 4711.")
    text: fields.Template = fields.Field(title="Text", description="At most 80 characters are shown.")
    seconds: float = fields.Field(10.0, title="Wait for the gateway", ge=1, le=60, json_schema_extra={"unit": "s"})


class PageStaff(Node[PageStaffConfig]):
    """Sends a text to a pager of the ward."""

    type, label, group, icon, medium = "page_staff", "Page staff", "messages", "sms", "data"
    help = "It leaves by “sent” when the gateway has taken the text; whether somebody looks at it is not known."
    starter = {"pager": "", "text": ""}
    waits = True
    version = 2

    @classmethod
    def upgrade(cls, config, from_version):
        """Version 1 said `number` for the pager."""
        return {("pager" if name == "number" else name): value for name, value in config.items()}

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("sent", "Sent")
        yield Outlet("off_duty", "Nobody on duty")
        yield Outlet("failed", "Failed")

    def enter(self, session):
        request = {
            "pager": self.config.pager.render(session.scope).strip(),
            "text": self.config.text.render(session.scope)[:80],
        }
        return Wait((AskAdapter(adapter="pager", request=request, timeout=self.config.seconds),))

    def handle(self, session, event):
        if not isinstance(event, JobFinished):
            return Leave("failed", details={"reason": getattr(event, "reason", "")})
        return Leave("sent" if event.result["taken"] else "off_duty", result=event.result.get("id"))
