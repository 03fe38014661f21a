"""Agents' phones, lamps, PINs and seats, and Asterisk's own queues behind them."""
