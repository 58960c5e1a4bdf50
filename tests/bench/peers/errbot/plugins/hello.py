from errbot import BotPlugin, botcmd


class Hello(BotPlugin):
    """What the benchmark asks."""

    @botcmd
    def hello(self, message, args):
        """Answers."""
        return f"hello {args}"
