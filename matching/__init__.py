"""Who comes when: an optimisation library. A `Problem` goes in, a `Plan` comes out."""
