"""WHO asks: the one service the rest of the app talks to about people."""

from app.accounts.admission import Admission
from app.accounts.invitations import Invitations
from app.accounts.notices import Notices
from app.accounts.people import People
from app.accounts.schools import Schools


class Accounts(Admission, Notices, People, Invitations, Schools):
    """Sign-in and the check at every action, the first-use notice, the people of a school and how they come in."""
