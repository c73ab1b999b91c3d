"""The base of every model of an answer: lenient, because what was paid for must not be lost.

Plans leave fields out, and the gateway sends null where its own schema says that there is none,
so a field that is missing or null reads as None. Numbers come as text and texts as numbers.
Knows nothing of questions: the input models stand on `base_model`.
"""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class ResultModel(BaseModel):
    """One object of an answer. Frozen; unknown fields are passed over.

    `model_dump(by_alias=True)` gives the API's own names. `model_fields_set` tells a field that
    came as null from one that did not come at all.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=to_camel,
        populate_by_name=True,
        coerce_numbers_to_str=True,
        allow_inf_nan=False,
        protected_namespaces=(),
    )
