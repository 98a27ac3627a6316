"""From the tables to a matching problem: `facts` reads, everything else computes."""
