"""Our names for what plans sell separately."""

# Add-ons and fields in the API's words (facts, section 4; SupNexarFeatureID), read 2026-11-20.
_FEATURES = {
    "TECH_SPECS": "specs",
    "SPECS": "specs",
    "LIFECYCLE": "lifecycle",
    "DATASHEETS": "datasheets",
    "BEST_DATASHEET": "datasheets",
    "DOCUMENT_COLLECTIONS": "datasheets",
    "LEAD_TIME": "lead_time",
    "ESTIMATED_FACTORY_LEAD_DAYS": "lead_time",
    "FACTORY_LEAD_DAYS": "lead_time",
    "SIMILAR_PARTS": "similar_parts",
    "ENTERPRISE": "similar_parts",
    "CAD_MODELS": "cad",
    "CADMODELS": "cad",
    "CAD": "cad",
}


def feature_of(told: str) -> str:
    """Our name for an add-on in the API's words; its own word in lower case when we have none."""
    return _FEATURES.get(told.upper(), told.lower())
