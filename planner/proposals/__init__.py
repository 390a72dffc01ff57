"""What a change would cost, before anybody makes it.

changes    what a person may propose: an appointment, a visit moved, asked for or left out, an account handed over
price      what the plan would be after the change, by a real repair, and how it differs
handed     what changes hands in a hand-over, and what that is to either rep
skip       a visit not made on its day: the best that then can be done
slots      times for a new appointment in the coming weeks, each priced as exactly
gaps       where in a day there is time for it
trial      one appointment tried on a shared draft: a repair's result at a fraction of its time
compare    which stops are otherwise in another plan
colour     green, yellow or red
sentences  the same in words
"""

from planner.proposals.changes import AskVisit, Book, Cancel, Change, HandOver, MoveVisit, SkipVisit
from planner.proposals.colour import Colour, Limits
from planner.proposals.compare import Displaced, Shift
from planner.proposals.handed import Handed
from planner.proposals.price import Placed, Price, price
from planner.proposals.sentences import Words
from planner.proposals.slots import FreeSlots, NoSlot, Slot, SlotRequest, slots

__all__ = [
    "AskVisit",
    "Book",
    "Cancel",
    "Change",
    "Colour",
    "Displaced",
    "FreeSlots",
    "HandOver",
    "Handed",
    "Limits",
    "MoveVisit",
    "NoSlot",
    "Placed",
    "Price",
    "Shift",
    "SkipVisit",
    "Slot",
    "SlotRequest",
    "Words",
    "price",
    "slots",
]
