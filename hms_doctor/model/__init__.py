"""What is known and what is judged: pure, standard library only."""
