"""What speaks for a helper beside skill and way; the reasons of an offer carry each of these as true or false."""

WISHED = ("same_helper", "language", "gender")

# Who was there before, or has adopted the stairwell, knows from these whose door it is.
AT_A_DOOR = ("known", "neighbour")

TIES = ("same_helper", *AT_A_DOOR, "language", "gender")
