"""A server in memory that answers every question with one part of a realistic size."""

import json
from typing import Any

import httpx

API_URL = "https://api.example.com/graphql"
TOKEN_URL = "https://identity.example.com/connect/token"
OFFERS, BREAKS, SPECS = 12, 5, 20  # about 7 KB of JSON a part; real ones have a median of 16


def part(mpn: str) -> dict[str, Any]:
    """A part with sellers, offers, prices and specs."""
    prices = [
        {
            "quantity": 10**n,
            "price": 1.0 / (n + 1),
            "currency": "USD",
            "convertedPrice": 1.0 / (n + 1),
            "convertedCurrency": "USD",
        }
        for n in range(BREAKS)
    ]
    offer = {"id": "1", "sku": "S-1", "inventoryLevel": 100, "moq": 1, "prices": prices}
    seller = {"isAuthorized": True, "isBroker": False, "isRfq": False, "offers": [offer]}
    spec = {"value": "10", "displayValue": "10 V", "units": "volt", "unitsSymbol": "V"}
    return {
        "id": mpn,
        "mpn": mpn,
        "manufacturer": {"id": "1", "name": "Acme"},
        "shortDescription": "A part that does what parts do",
        "totalAvail": 1000,
        "specs": [
            {**spec, "attribute": {"id": str(n), "shortname": f"s{n}", "name": f"S {n}"}}
            for n in range(SPECS)
        ],
        "sellers": [
            {**seller, "company": {"id": str(n), "name": f"Seller {n}"}} for n in range(OFFERS)
        ],
    }


class CannedApi(httpx.AsyncBaseTransport):
    """Answers from one template; it costs next to nothing to run."""

    def __init__(self) -> None:
        self._template = json.dumps(part("MPN-HERE"))
        self.parts = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """A token, or a part for every query."""
        if str(request.url) == TOKEN_URL:
            return httpx.Response(200, json={"access_token": "t", "expires_in": 86_400})
        told = json.loads(request.content)["variables"]
        aliases = (name for name in told if name.startswith("queries"))
        data = (
            f'"b{number}": [{",".join(map(self._match, told[name]))}]'
            for number, name in enumerate(aliases)
        )
        return httpx.Response(200, content=f'{{"data": {{{",".join(data)}}}}}'.encode())

    def _match(self, query: dict[str, Any]) -> str:
        self.parts += 1
        body = self._template.replace("MPN-HERE", query["mpn"])
        return (
            f'{{"reference": "{query["reference"]}", "hits": 1, "error": null, "parts": [{body}]}}'
        )
