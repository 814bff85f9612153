-- The slip a task came with and that nobody at its office has confirmed: what is to be confirmed is a list of its own.
ALTER TABLE task ADD COLUMN slip ${key};
