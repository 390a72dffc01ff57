"""What a change would cost, and times for a new appointment: asked of the published plan, changing nothing.

api      HTTP                         schemas  JSON in and out
asking   from a question to the planner's answer, in this process: a fraction of a second, no search
answers  the planner's answer as people read it
"""
