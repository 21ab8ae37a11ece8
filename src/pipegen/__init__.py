"""A pipeline compiler."""
