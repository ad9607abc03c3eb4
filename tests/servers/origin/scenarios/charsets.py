"""Texts in every encoding that Python knows."""

from scenario import scenario


@scenario("/charset")
def charset(exchange):
    """?text= (Grüße) in ?encoding= (latin-1), declared as ?declared= (the encoding; empty: not declared), the type
    being ?type= (text/plain)."""
    encoding, kind = exchange.text("encoding", "latin-1"), exchange.text("type", "text/plain")
    declared = exchange.text("declared", encoding)
    body = exchange.text("text", "Grüße").encode(encoding)
    exchange.answer(body, f"Content-Type: {kind}" + (f"; charset={declared}" if declared else ""))
