"""One person's whole thread (一线): everything known of them, as one dated line."""

from pages.desk.thread.insured import InsuredYear, insured_years
from pages.desk.thread.knots import Knot
from pages.desk.thread.money import received_fen
from pages.desk.thread.whole import records_of, worker_thread

__all__ = ["InsuredYear", "Knot", "insured_years", "received_fen", "records_of", "worker_thread"]
