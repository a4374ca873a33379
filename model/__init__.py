"""One province over the years: a scenario goes in, a table of quarters comes out."""
