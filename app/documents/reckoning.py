"""Reckoning out a line of arithmetic as a note writes it, so that only true equations are asked."""

import ast
import operator
import re
from fractions import Fraction

MOST_POWER = 40
UP = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
FRACTION = re.compile(r"(?<![\d.,/])\d+/\d+(?![\d.,/⁰¹²³⁴⁵⁶⁷⁸⁹])")
SIGNS = str.maketrans({"·": "*", ":": "/", "−": "-", ",": "."})
OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def reckon(line: str) -> Fraction | None:
    """The value of an expression of numbers, or None where it is no such thing; `1/2 : 1/4` divides two fractions."""
    line = FRACTION.sub(r"(\g<0>)", line)
    plain = RAISED.sub(lambda found: "**" + found.group().translate(UP), line.translate(SIGNS))
    try:
        return _value(ast.parse(re.sub(r"(?<=\d)[ \u00a0](?=\d{3}\b)", "", plain).strip(), mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError):
        return None


def _value(node: ast.expr) -> Fraction:
    match node:
        case ast.Constant(value=int() | float()):
            return Fraction(str(node.value))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            power = _value(right)
            if power.denominator != 1 or not 0 <= power <= MOST_POWER:
                raise ValueError("no power of a note")
            return _value(left) ** int(power)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
            return Fraction(OPERATIONS[type(op)](_value(left), _value(right)))
    raise ValueError("no arithmetic")
