"""HOW STRICT the rails are in a school: its choice within the ministry's floor, and the policy that comes of both."""

from app.protection.archive import Archived, PolicyArchive
from app.protection.policies import Protections, Standing
from app.protection.school_protection import Change, ProtectionChanged, ProtectionOverview, SchoolProtection
from app.protection.sightings import Sighting, Sightings

__all__ = [
    "Archived",
    "Change",
    "PolicyArchive",
    "ProtectionChanged",
    "ProtectionOverview",
    "Protections",
    "SchoolProtection",
    "Sighting",
    "Sightings",
    "Standing",
]
