"""Why a visit is planned or not, and what a period asks for beyond the time there is: said of the published plan.

api       HTTP                          schemas   JSON in and out
why       an account's next visit and what it lacks: in this process, remembered for as long as the inputs stay the same
overload  a rep's coming weeks: solved many times over, so only by the worker, ahead of being asked
findings  what is remembered           ahead     what the worker works out when it has nothing else to do
"""
