"""A plan that is changed visit by visit, with exact prices: what repair and reasons work on.

dates    what the dates of one site's visits cost, and whether they keep its rhythm
radius   the price of distance beyond a day's radius
room     where a task fits into the order of a day
draft    the plan itself: putting, taking, pricing
"""
