"""A proven lower bound: no plan of the instance can cost less, however long anybody searches.

    from benchmarks.planner.bound import lower_bound
    lower_bound(problem, seconds=60).value

*What a plan is.*  It gives each site s a set of dates D(s), whose price p(s, D) (late days, visits left out) follows from living
through them, due dates that move included; and each workday d a tour through exactly the sites that have d among their dates,
at the cost c(d) of its driving.  A plan costs  sum of p(s, D(s))  +  sum of c(d), and other parts that are never negative.

*Why it is a bound.*  Take any numbers l(s, d), the *prize* of s on d.  Adding a prize to a date and taking it from the tour of
that day changes nothing, so every plan costs
    sum over s of [ p(s, D(s)) + sum of l(s, d) over d in D(s) ]  +  sum over d of [ c(d) - sum of l(s, d) over s on the tour ]
which is at least the sum of the least value of each bracket alone, where sites choose any dates and days any tour, without
having to agree (Lagrangian relaxation).  That is the bound, and it holds for *any* prizes: so it holds whenever the work is
stopped, and whatever the linear program was that proposed them.

*The two minima.*  Sites: exact, by dynamic programming over the windows that follow from each other (dates.py).  Days: not
exact but never too high (tours.py): tours may come back to a site that those in between do not remember (ng-routes; they learn
to where tours of the linear program do come back); times are rounded down to minutes; travel is replaced by the shortest way
round (a metric no longer than it); breaks, most stops, the prices of waiting and overtime, and radius are left away, and
several windows a day become one.  Each of these only allows more tours or makes them cheaper.

*Where the prizes come from.*  Column generation (master.py): a linear program combines the tours and date sets found so far; the
prices of its rows, drawn towards the best prizes known (in-out smoothing), are tried as the next prizes.

Literature: Baldacci, Mingozzi, Roberti (2011), ng-routes; Roberti and Mingozzi (2014), learning memories; Held and Karp (1970),
Lagrangian bounds; Pessoa et al. (2018), smoothing.
"""

from benchmarks.planner.bound.run import Bound, lower_bound

__all__ = ["Bound", "lower_bound"]
