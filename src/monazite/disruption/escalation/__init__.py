"""How two states answer each other: what a ledger of moves shows, where named strategies lead, and what that costs.

Nothing here says what is going to happen. `ledger` counts what was done; `ladder` holds the measures each side can take
and what they cost whom; `paths` walks two strategies down their ladders; `payoffs` adds up losses and refuses where
they are not known; `sensitivity` asks which assumption turns an order round.
"""
