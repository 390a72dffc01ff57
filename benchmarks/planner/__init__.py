"""The planner against its peers: instances of several shapes, methods beside each other, one judge.

    python -m benchmarks.planner [--quick | --full] [--record]     # gaps, peers and goals (make bench-planner)
    python -m benchmarks.planner.improve mixed-150x20 --seconds 60   # long runs for the best known plans
    python -m benchmarks.planner.bound mixed-150x20-11               # a proven lower bound

shapes      seeded generators of problems                methods     who plans them, all with the same processor time
judge       what a plan is worth, by planner.check       best_known  the best plan ever found of each instance
bound       what no plan can be better than              goals       what was reached once must not be lost

Problems use what all methods can express: one rep, home in the evening, one window a day, no break (the working day is
shorter by it), driving and dates priced, waiting free.  Each method plans on one thread.
"""
