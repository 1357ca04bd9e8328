"""WHO asks: the one service the rest of the app talks to about people."""

from app.accounts.admission import Admission
from app.accounts.notices import Notices
from app.accounts.people import People


class Accounts(Admission, Notices, People):
    """Sign-in and the check at every action, the first-use notice, and the people of a school."""
