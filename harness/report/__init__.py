"""What a record says, for people: tables, sentences, plots. Computes no statistics.

A name is imported from its module, because what one table needs takes longer to import than most commands last: that of
a reproduction needs the judge, that of environments the locks.
"""
