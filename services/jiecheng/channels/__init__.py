"""The ways out of the house: e-mail and the robots of chat groups. Knows no case, no person and no database.

Nothing here is called unless a district has set up a channel; who is told what is decided in `cases.dispatch`.
"""

from jiecheng.channels.mail import Mail, send_mail
from jiecheng.channels.parcel import NotSent, Parcel
from jiecheng.channels.robot import ROBOTS, Robot, require_webhook, send_robot

__all__ = ["ROBOTS", "Mail", "NotSent", "Parcel", "Robot", "require_webhook", "send_mail", "send_robot"]
