"""A sandbox of the test's own, and the variables that point the program to it."""

from dataclasses import dataclass

import httpx

from bulkmatch.sandbox import RunningSandbox


@dataclass(frozen=True)
class Served:
    """A running sandbox, as the program is told of it."""

    running: RunningSandbox

    @property
    def environ(self) -> dict[str, str]:
        """The variables."""
        return {
            "NEXAR_API_URL": self.running.api_url,
            "NEXAR_TOKEN_URL": self.running.token_url,
            "NEXAR_CLIENT_ID": self.running.client_id,
            "NEXAR_CLIENT_SECRET": self.running.client_secret,
        }

    @property
    def user_environ(self) -> dict[str, str]:
        """The variables, and the token of the user who may see the counter."""
        return {**self.environ, "NEXAR_USER_TOKEN": self.running.user_token}

    def steer(self, page: str, **told: object) -> None:
        """Change the running sandbox by one of its own pages."""
        base = self.running.api_url.removesuffix("/graphql")
        headers = {"X-Bulkmatch-Sandbox": "1"}
        httpx.post(f"{base}/sandbox/{page}", json=told, headers=headers).raise_for_status()

    @property
    def parts(self) -> int:
        """Parts charged so far, by the sandbox's own count."""
        return self.running.stats().parts_charged

    @property
    def requests(self) -> int:
        """GraphQL requests that came so far."""
        return self.running.stats().graphql_requests
